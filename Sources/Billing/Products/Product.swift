public import Daemon

/// Something the tenant sells; its terms are prices.
public struct Product: Equatable, Sendable {
    /// Where it was made (B1).
    public enum Origin: String, CaseIterable, Sendable {
        /// Here, by the portal.
        case tollgate
        /// In Stripe's own product catalogue.
        case stripe
    }

    /// Which one.
    public var id: Product.ID
    /// Shown on the invoice (D7).
    public var name: String
    /// Shown where there is room.
    public var description: String?
    /// How it is charged.
    public var pricingModel: PricingModel
    /// What its usage is, of a product that charges for some or includes some.
    public var usageMetric: UsageMetric?
    /// How much usage the base fee includes, in the metric's unit (D3).
    public var usageLimit: Int64?
    /// Minor units for each unit beyond it, an exact decimal (D4).
    public var overageAmount: String?
    /// Where it was made.
    public var origin: Origin
    /// Whether it can be sold.
    public var isActive: Bool
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Stripe's id, `prod_…`.
    public var stripeProduct: String?
    /// Counts our changes; travels with them, so that an answer tells which one it holds.
    public var revision: Int64
    /// The newest of them that Stripe has.
    public var publishedRevision: Int64
    /// Why Stripe refused it; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// Whether Stripe has not heard of our last change.
    public var isBehind: Bool { stripeProduct != nil && publishedRevision < revision }
}

/// How a product is charged (D2, D5, D6).
public enum PricingModel: String, CaseIterable, Sendable {
    /// A recurring fee, with or without some usage inside.
    case baseFee = "base_fee"
    /// By what was used.
    case usageBased = "usage_based"
    /// Once.
    case oneTime = "one_time"
}

/// What a new product or a changed one says of itself.
public struct ProductTraits: Equatable, Sendable {
    /// Shown on the invoice.
    public var name: String
    /// Shown where there is room.
    public var description: String?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Whether it can be sold.
    public var isActive: Bool

    /// States them.
    public init(name: String, description: String?, metadata: String, isActive: Bool = true) {
        self.name = name
        self.description = description
        self.metadata = metadata
        self.isActive = isActive
    }
}
