/// A saved way to pay. Card numbers never reach us, only what Stripe shows. Source:
/// https://docs.stripe.com/api/payment_methods
public struct PaymentMethod: Decodable, Sendable, Identifiable {
    /// What may be shown of a card.
    public struct Card: Decodable, Sendable, Equatable {
        /// Such as `visa`.
        public let brand: String
        /// The last four digits.
        public let last4: String
        /// 1 to 12.
        public let expMonth: Int
        /// Four digits.
        public let expYear: Int
    }

    /// `pm_…`
    public let id: String
    /// Such as `card`; an open list.
    public let type: String
    /// Present for cards.
    public let card: Card?
    /// Whose it is; nil when detached.
    public let customer: String?
}

extension StripeCall where Answer == List<PaymentMethod> {
    /// The customer's saved cards.
    public static func listPaymentMethods(of customer: String) -> Self {
        get("/v1/customers/\(segment(customer))/payment_methods", ["limit": "20"])
    }
}
