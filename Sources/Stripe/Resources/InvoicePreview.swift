/// A bill that is not made yet, by Stripe's own arithmetic. Source: https://docs.stripe.com/api/invoices/create_preview
public struct InvoicePreview: Decodable, Sendable {
    /// The bill; what only a made one has is absent.
    public let invoice: Invoice

    /// It is a bill like every other.
    public init(from decoder: any Decoder) throws { invoice = try Invoice(from: decoder) }
}

extension StripeCall where Answer == InvoicePreview {
    /// The next bill of a running subscription, with other prices or another coupon if they are given.
    public static func previewInvoice(
        of subscription: String, change: ItemChange?, coupon: String?
    ) -> Self {
        var form: StripeForm = ["subscription": subscription]
        if let change {
            change.write(
                into: &form, under: "subscription_details[items]",
                anchor: "subscription_details[billing_cycle_anchor][type]")
            form.add("subscription_details[proration_behavior]", change.proration)
        }
        form.add("discounts[0][coupon]", coupon)
        return preview(form)
    }

    /// The first bill of a subscription that a schedule will begin: as it stands, or with other terms and on another
    /// day. What the schedule settles for all of its phases, such as tax, stays.
    ///
    /// - Parameter change: the terms, when it would begin, unix seconds, and how long its first phase would last.
    public static func previewInvoice(
        ofSchedule schedule: String,
        change: (terms: SubscriptionTerms, startAt: Int64, phase: (interval: String, count: Int64))?
    ) -> Self {
        var form: StripeForm = ["schedule": schedule]
        if let change {
            let phase = "schedule_details[phases][0]"
            form.add("\(phase)[start_date]", change.startAt)
            form.add(phase: change.terms, lasting: change.phase, under: phase)
        }
        return preview(form)
    }

    /// The first bill of a subscription that does not exist.
    ///
    /// - Parameters:
    ///   - customer: nil for somebody Stripe does not know.
    ///   - place: where they would be taxed; nil: where the customer is.
    ///   - trialEnd: when the first payment is due, unix seconds; nil: at once.
    public static func previewInvoice(
        for customer: String?, at place: (country: String?, postalCode: String?)?, terms: SubscriptionTerms,
        startAt: Int64?, trialEnd: Int64? = nil
    ) -> Self {
        var form = StripeForm()
        form.add("customer", customer)
        if let place, place.country != nil || place.postalCode != nil {
            form.add("customer_details[address][country]", place.country)
            form.add("customer_details[address][postal_code]", place.postalCode)
        } else if customer == nil {
            // Somebody, and from nowhere that is known.
            form.add("customer_details[address]", "")
        }
        for (index, item) in terms.items.enumerated() {
            form.add("subscription_details[items][\(index)][price]", item.price)
            form.add("subscription_details[items][\(index)][quantity]", item.quantity)
        }
        form.add("subscription_details[billing_mode][type]", "flexible")
        form.add("subscription_details[start_date]", startAt)
        form.add("subscription_details[trial_end]", trialEnd)
        form.add("discounts[0][coupon]", terms.coupon)
        if terms.automaticTax { form.add("automatic_tax[enabled]", true) }
        return preview(form)
    }

    private static func preview(_ form: StripeForm) -> Self { post("/v1/invoices/create_preview", form) }
}
