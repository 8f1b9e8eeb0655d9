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
    /// Unix seconds.
    public let canceledAt: Int64?
    /// Unix seconds.
    public let endedAt: Int64?
    /// Why it ended.
    public let cancellationDetails: CancellationDetails?
    /// The newest invoice.
    public let latestInvoice: Expandable<Invoice>?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Subscription {
    /// Starts a subscription on a saved card; a declined first payment creates nothing (`error_if_incomplete`, F11).
    public static func createSubscription(
        customer: String, items: [(price: String, quantity: Int64)], paymentMethod: String, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["customer": customer]
        for (index, item) in items.enumerated() {
            form.add("items[\(index)][price]", item.price)
            form.add("items[\(index)][quantity]", item.quantity)
        }
        form.add("collection_method", "charge_automatically")
        form.add("payment_behavior", "error_if_incomplete")
        form.add("off_session", true)
        form.add("default_payment_method", paymentMethod)
        form.add("billing_mode[type]", "flexible")
        form.add("expand[0]", "latest_invoice")
        form.add(metadata: metadata)
        return post("/v1/subscriptions", form)
    }

    /// The subscription with its newest invoice.
    public static func retrieveSubscription(_ id: String) -> Self {
        get("/v1/subscriptions/\(segment(id))", ["expand[0]": "latest_invoice"])
    }

    /// Ends it now.
    public static func cancelSubscription(_ id: String) -> Self {
        delete("/v1/subscriptions/\(segment(id))")
    }

    /// Has it pay with another saved card from now on: it carries its own default, which wins over the customer's.
    public static func setPaymentMethod(of subscription: String, to paymentMethod: String) -> Self {
        post("/v1/subscriptions/\(segment(subscription))", ["default_payment_method": paymentMethod])
    }

    /// Lets it end with its period, or takes that back.
    public static func setCancelAtPeriodEnd(_ id: String, _ cancel: Bool) -> Self {
        var form = StripeForm()
        form.add("cancel_at_period_end", cancel)
        return post("/v1/subscriptions/\(segment(id))", form)
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
