public import Daemon

/// Terms of a product. They never change (V9): an edit is a new price.
public struct Price: Equatable, Sendable {
    /// Whether tax is inside the amount (D11) or comes on top (D12).
    public enum TaxBehavior: String, CaseIterable, Sendable {
        /// The client pays exactly the amount.
        case inclusive
        /// The client pays the amount and tax.
        case exclusive
    }

    /// Which one.
    public var id: Price.ID
    /// Of what.
    public var product: Product.ID
    /// Three lower-case letters.
    public var currency: String
    /// Minor units.
    public var unitAmount: Int64
    /// How often; nil is charged once.
    public var interval: IntervalUnit?
    /// Every so many of them.
    public var intervalCount: Int
    /// Whether tax is inside the amount.
    public var taxBehavior: TaxBehavior
    /// The tenant's own name for it.
    public var lookupKey: String?
    /// Whether it can be sold.
    public var isActive: Bool
    /// Stripe's id, `price_…`.
    public var stripePrice: String?
    /// When it was made.
    public var createdAt: Timestamp

    /// Whether it is charged once.
    public var isOneTime: Bool { interval == nil }
}

/// Checked terms of a new price.
public struct PriceWish: Equatable, Sendable {
    /// How much, in what.
    public var money: Money
    /// How often; nil is once.
    public var period: BillingPeriod?
    /// Whether tax is inside the amount.
    public var taxBehavior: Price.TaxBehavior
    /// The tenant's own name for it.
    public var lookupKey: String?

    /// States the wish.
    public init(money: Money, period: BillingPeriod?, taxBehavior: Price.TaxBehavior, lookupKey: String?) {
        self.money = money
        self.period = period
        self.taxBehavior = taxBehavior
        self.lookupKey = lookupKey
    }
}
