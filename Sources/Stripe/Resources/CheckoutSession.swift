/// A page of Stripe's on which a client types a card. Source: https://docs.stripe.com/api/checkout/sessions/object
public struct CheckoutSession: Decodable, Sendable, Identifiable {
    /// `cs_…`
    public let id: String
    /// `open`, `complete` or `expired`.
    public let status: String?
    /// Where to send the browser; nil once the session is over.
    public let url: String?
    /// `setup` in ours.
    public let mode: String
    /// Whose page.
    public let customer: String?
    /// The saving of the card.
    public let setupIntent: Expandable<SetupIntent>?
    /// Unix seconds.
    public let expiresAt: Int64?
    /// `paid`, `unpaid` or `no_payment_required`.
    public let paymentStatus: String?
    /// What was paid by, in payment mode.
    public let paymentIntent: Expandable<PaymentIntent>?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == CheckoutSession {
    /// A page that saves a card for later (`mode=setup`), cards only.
    ///
    /// `payment_method_types` was removed in endive; the allowed list replaces it and makes `currency` unnecessary.
    public static func createSetupSession(
        customer: String, successURL: String, cancelURL: String, reference: String, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = [
            "mode": "setup",
            "customer": customer,
            "success_url": successURL,
            "cancel_url": cancelURL,
            "client_reference_id": reference,
            "allowed_payment_method_types[0]": "card",
        ]
        for key in metadata.keys.sorted() { form.add("setup_intent_data[metadata][\(key)]", metadata[key]) }
        form.add(metadata: metadata)
        return post("/v1/checkout/sessions", form)
    }

    /// A page on which one amount is paid (`mode=payment`), cards only. Both the session and its payment carry the
    /// metadata.
    public static func createPaymentSession(
        customer: String, amount: Int64, currency: String, item: String, successURL: String, cancelURL: String?,
        metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["mode": "payment", "customer": customer, "success_url": successURL]
        form.add("cancel_url", cancelURL)
        form.add("allowed_payment_method_types[0]", "card")
        form.add("line_items[0][price_data][currency]", currency)
        form.add("line_items[0][price_data][unit_amount]", amount)
        form.add("line_items[0][price_data][product_data][name]", item)
        form.add("line_items[0][quantity]", Int64(1))
        for key in metadata.keys.sorted() { form.add("payment_intent_data[metadata][\(key)]", metadata[key]) }
        form.add(metadata: metadata)
        return post("/v1/checkout/sessions", form)
    }

    /// The session's state.
    public static func retrieveCheckoutSession(_ id: String) -> Self {
        get("/v1/checkout/sessions/\(segment(id))", ["expand[0]": "setup_intent"])
    }
}

extension StripeCall where Answer == List<CheckoutSession> {
    /// A customer's newest sessions, to find one whose creation was answered into the void.
    public static func listCheckoutSessions(of customer: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["customer": customer, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/checkout/sessions", form)
    }
}
