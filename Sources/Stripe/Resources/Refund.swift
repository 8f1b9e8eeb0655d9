/// Money given back. Source: https://docs.stripe.com/api/refunds/object
public struct Refund: Decodable, Sendable, Identifiable {
    /// `re_…`
    public let id: String
    /// `pending`, `requires_action`, `succeeded`, `failed`, `canceled`; an open list.
    public let status: String?
    /// Minor units.
    public let amount: Int64
    /// ISO 4217, lower case.
    public let currency: String
    /// `pi_…`
    public let paymentIntent: String?
    /// Why it was given; an open list.
    public let reason: String?
    /// Why it failed.
    public let failureReason: String?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == Refund {
    /// Gives money of a payment back.
    public static func createRefund(
        paymentIntent: String, amount: Int64, reason: String?, metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["payment_intent": paymentIntent]
        form.add("amount", amount)
        form.add("reason", reason)
        form.add(metadata: metadata)
        return post("/v1/refunds", form)
    }

    /// How it stands.
    public static func retrieveRefund(_ id: String) -> Self { get("/v1/refunds/\(segment(id))") }
}

extension StripeCall where Answer == List<Refund> {
    /// A payment's refunds, to find one whose creation was answered into the void.
    public static func listRefunds(of paymentIntent: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["payment_intent": paymentIntent, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/refunds", form)
    }
}
