public import Daemon

/// Terms of a product. They never change (V9): an edit is a new price.
public struct Price: Equatable, Sendable {
    /// Whether tax is inside the amount (D11) or comes on top (D12).
    public enum TaxBehavior: String, CaseIterable, Sendable {
        /// The client pays exactly the amount.
        case inclusive
        /// The client pays the amount and tax.
        case exclusive
        /// As the account's tax settings say; only prices made in Stripe's dashboard have it.
        case unspecified
    }

    /// Which one.
    public var id: Price.ID
    /// Of what.
    public var product: Product.ID
    /// Three lower-case letters.
    public var currency: String
    /// How it reckons.
    public var model: PriceModel
    /// Bought beforehand, or counted by a meter.
    public var usageType: UsageType
    /// Minor units for each unit; nil for tiers and for amounts with a fraction.
    public var unitAmount: Int64?
    /// The same as an exact decimal; nil for tiers.
    public var unitAmountDecimal: String?
    /// Its tiers; empty for other models.
    public var tiers: [PriceTier]
    /// Units in a package.
    public var packageSize: Int64?
    /// What a begun package costs.
    public var packageRound: PackageRound?
    /// What counts it; metered prices only.
    public var meter: Meter.ID?
    /// What is sold by it, of a metered price.
    public var metric: UsageMetric?
    /// How often; nil is charged once.
    public var interval: IntervalUnit?
    /// Every so many of them.
    public var intervalCount: Int
    /// Whether tax is inside the amount.
    public var taxBehavior: TaxBehavior
    /// The tenant's own name for it.
    public var lookupKey: String?
    /// Whether its lookup key is taken from another price at Stripe.
    public var takesLookupKey: Bool
    /// In minutes, where it is metered in seconds.
    public var shown: ShownTerms?
    /// Whether it can be sold.
    public var isActive: Bool
    /// Stripe's id, `price_…`.
    public var stripePrice: String?
    /// Counts our changes of what may change; travels with them, so that an answer tells which one it holds.
    public var revision: Int64
    /// The newest of them that Stripe has.
    public var publishedRevision: Int64
    /// Why Stripe refused it; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// Whether its product can be sold.
    public var isProductActive: Bool

    /// Whether it and its product can be sold.
    public var isSold: Bool { isActive && isProductActive }
    /// Whether it is charged once.
    public var isOneTime: Bool { interval == nil }
    /// Whether usage decides what it costs.
    public var isMetered: Bool { usageType == .metered }
    /// Whether Stripe has not heard of our last change.
    public var isBehind: Bool { stripePrice != nil && publishedRevision < revision }
}
