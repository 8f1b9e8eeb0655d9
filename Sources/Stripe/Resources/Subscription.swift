/// What a customer pays again and again. Source: https://docs.stripe.com/api/subscriptions/object
public struct Subscription: Decodable, Sendable, Identifiable {
    /// One price of it. Since basil the period is the item's, not the subscription's (F16).
    public struct Item: Decodable, Sendable, Identifiable {
        /// `si_…`
        public let id: String
        /// What is sold.
        public let price: Price
        /// Nil for metered prices.
        public let quantity: Int64?
        /// Unix seconds, inclusive.
        public let currentPeriodStart: Int64?
        /// Unix seconds, exclusive.
        public let currentPeriodEnd: Int64?
    }

    /// Why it ended: `payment_failed`, `cancellation_requested`, `payment_disputed`, … (F15)
    public struct CancellationDetails: Decodable, Sendable {
        /// Nil while it runs.
        public let reason: String?
    }

    /// Tax by the customer's address.
    public struct AutomaticTax: Decodable, Sendable {
        /// Whether it is collected.
        public let enabled: Bool
        /// Why Stripe stopped collecting it.
        public let disabledReason: String?
    }

    /// Bills go on, but nobody collects them.
    public struct PauseCollection: Decodable, Sendable {
        /// `void`, `keep_as_draft`, `mark_uncollectible`.
        public let behavior: String
        /// Unix seconds; nil: until it is resumed.
        public let resumesAt: Int64?
    }

    /// `sub_…`
    public let id: String
    /// One of Stripe's eight; an open list.
    public let status: String
    /// Whose.
    public let customer: String
    /// Its prices.
    public let items: List<Item>
    /// It ends when its period does.
    public let cancelAtPeriodEnd: Bool
    /// When it will end, unix seconds.
    public let cancelAt: Int64?
    /// Unix seconds.
    public let canceledAt: Int64?
    /// Unix seconds.
    public let endedAt: Int64?
    /// Why it ended.
    public let cancellationDetails: CancellationDetails?
    /// The newest invoice.
    public let latestInvoice: Expandable<Invoice>?
    /// Coupons at work: ids, or the objects when they were asked for.
    public let discounts: [Expandable<Discount>]?
    /// Tax by the customer's address.
    public let automaticTax: AutomaticTax?
    /// Set while nobody collects its bills.
    public let pauseCollection: PauseCollection?
    /// Which schedule steers it.
    public let schedule: String?
    /// When the trial ends, unix seconds; nil: there was none.
    public let trialEnd: Int64?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Subscription {
    /// Starts a subscription on a saved card; a declined first payment creates nothing (`error_if_incomplete`, F11).
    public static func createSubscription(
        customer: String, terms: SubscriptionTerms, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["customer": customer]
        for (index, item) in terms.items.enumerated() {
            form.add("items[\(index)][price]", item.price)
            form.add("items[\(index)][quantity]", item.quantity)
        }
        form.add("collection_method", "charge_automatically")
        form.add("payment_behavior", "error_if_incomplete")
        form.add("off_session", true)
        form.add("default_payment_method", terms.paymentMethod)
        form.add("discounts[0][coupon]", terms.coupon)
        if terms.automaticTax { form.add("automatic_tax[enabled]", true) }
        form.add("trial_period_days", terms.trialDays)
        form.add("billing_mode[type]", "flexible")
        form.expandSubscription()
        form.add(metadata: metadata)
        return post("/v1/subscriptions", form)
    }

    /// The subscription with its newest invoice.
    public static func retrieveSubscription(_ id: String) -> Self {
        var form = StripeForm()
        form.expandSubscription()
        return get("/v1/subscriptions/\(segment(id))", form)
    }

    /// Ends it now. Usage of the period that ends and what changes left for the next bill are billed with it: without
    /// that Stripe throws them away.
    public static func cancelSubscription(_ id: String) -> Self {
        delete("/v1/subscriptions/\(segment(id))", ["invoice_now": "true"])
    }

    /// Has it pay with another saved card from now on: it carries its own default, which wins over the customer's.
    public static func setPaymentMethod(of subscription: String, to paymentMethod: String) -> Self {
        post("/v1/subscriptions/\(segment(subscription))", ["default_payment_method": paymentMethod])
    }

    /// Lets it end with its period, or takes that back.
    public static func setCancelAtPeriodEnd(_ id: String, _ cancel: Bool) -> Self {
        var form = StripeForm()
        form.add("cancel_at_period_end", cancel)
        return change(id, form)
    }

    /// Puts one coupon on it in place of whatever there was, or takes all off.
    public static func setCoupon(of id: String, to coupon: String?) -> Self {
        var form = StripeForm()
        if let coupon { form.add("discounts[0][coupon]", coupon) } else { form.add("discounts", "") }
        return change(id, form)
    }

    /// Has Stripe add tax, or no longer.
    public static func setAutomaticTax(of id: String, _ enabled: Bool) -> Self {
        var form = StripeForm()
        form.add("automatic_tax[enabled]", enabled)
        return change(id, form)
    }

    /// Stops collecting its bills, or goes on.
    public static func setPause(of id: String, behavior: String?, resumesAt: Int64?) -> Self {
        var form = StripeForm()
        if let behavior {
            form.add("pause_collection[behavior]", behavior)
            form.add("pause_collection[resumes_at]", resumesAt)
        } else {
            form.add("pause_collection", "")
        }
        return change(id, form)
    }

    /// Sells other prices from now on.
    public static func changeItems(of id: String, to change: ItemChange) -> Self {
        var form = StripeForm()
        change.write(into: &form, under: "items", anchor: "billing_cycle_anchor[type]")
        form.add("proration_behavior", change.proration)
        form.add("payment_behavior", "error_if_incomplete")
        return Self.change(id, form)
    }

    private static func change(_ id: String, _ given: StripeForm) -> Self {
        var form = given
        form.expandSubscription()
        return post("/v1/subscriptions/\(segment(id))", form)
    }
}

extension StripeForm {
    /// What a subscription is always shown with: its newest bill and its discounts.
    mutating func expandSubscription() {
        add("expand[0]", "latest_invoice")
        add("expand[1]", "discounts")
    }
}

extension StripeCall where Answer == List<Subscription> {
    /// A customer's subscriptions, ended ones too, to find one whose creation was answered into the void.
    public static func listSubscriptions(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "status": "all", "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/subscriptions", form)
    }
}
