/// The saving of a card. Source: https://docs.stripe.com/api/setup_intents/object
public struct SetupIntent: Decodable, Sendable, Identifiable {
    /// Why it did not work.
    public struct Failure: Decodable, Sendable {
        /// Such as `card_declined`.
        public let code: String?
        /// One sentence.
        public let message: String?
        /// Such as `generic_decline`.
        public let declineCode: String?
    }

    /// `seti_…`
    public let id: String
    /// `succeeded` when the card is saved; an open list.
    public let status: String
    /// Whose card.
    public let customer: String?
    /// The card.
    public let paymentMethod: Expandable<PaymentMethod>?
    /// The last refusal.
    public let lastSetupError: Failure?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == SetupIntent {
    /// The intent with its card.
    public static func retrieveSetupIntent(_ id: String) -> Self {
        get("/v1/setup_intents/\(segment(id))", ["expand[0]": "payment_method"])
    }
}
