/// One price of a subscription as somebody wants it.
public struct SubscriptionItemWish: Codable, Equatable, Sendable {
    /// What is bought.
    public var price: Price.ID
    /// How many; 1 for a metered price, which has none.
    public var quantity: Int64
    /// Of a value-based price: the boolean field that counts (E11).
    public var analysisField: String?

    /// States the wish.
    public init(price: Price.ID, quantity: Int64 = 1, analysisField: String? = nil) {
        self.price = price
        self.quantity = quantity
        self.analysisField = analysisField
    }

    /// What a subscription has, as it is.
    public init(_ item: SubscriptionItem) {
        self.init(price: item.price, quantity: item.quantity, analysisField: item.analysisField)
    }
}

/// Who pays for a change within a period, and when.
public enum Proration: String, CaseIterable, Codable, Sendable {
    /// The difference is billed at once.
    case invoice
    /// The difference is on the next bill.
    case prorate
    /// Nothing is settled: the new price counts from the next period on.
    case nextPeriod = "next_period"
    /// A new period begins now, and what is left of the old one is credited.
    case reset
}
