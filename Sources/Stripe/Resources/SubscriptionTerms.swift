/// What a subscription is sold with, in Stripe's ids.
public struct SubscriptionTerms: Sendable, Equatable {
    /// One price of it.
    public struct Item: Sendable, Equatable {
        /// `price_…`
        public let price: String
        /// Nil for a metered price.
        public let quantity: Int64?

        /// States one.
        public init(price: String, quantity: Int64?) {
            self.price = price
            self.quantity = quantity
        }
    }

    /// At most 20.
    public var items: [Item]
    /// The card that pays: `pm_…`.
    public var paymentMethod: String?
    /// The coupon it begins with.
    public var coupon: String?
    /// Whether Stripe adds tax by the customer's address.
    public var automaticTax: Bool
    /// Days before the first payment; nil: it is due at once.
    public var trialDays: Int64?

    /// States them.
    public init(items: [Item], paymentMethod: String?, coupon: String? = nil, automaticTax: Bool = false) {
        self.items = items
        self.paymentMethod = paymentMethod
        self.coupon = coupon
        self.automaticTax = automaticTax
    }
}
