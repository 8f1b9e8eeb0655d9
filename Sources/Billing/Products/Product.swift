public import Daemon

/// Something the tenant sells; its terms are prices.
public struct Product: Equatable, Sendable {
    /// Which one.
    public var id: Product.ID
    /// Shown on the invoice (D7).
    public var name: String
    /// Shown where there is room.
    public var description: String?
    /// How it is charged.
    public var pricingModel: PricingModel
    /// Whether it can be sold.
    public var isActive: Bool
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Stripe's id, `prod_…`.
    public var stripeProduct: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// How a product is charged (D2, D5, D6).
public enum PricingModel: String, CaseIterable, Sendable {
    /// A flat recurring fee.
    case baseFee = "base_fee"
    /// By what was used.
    case usageBased = "usage_based"
    /// Once.
    case oneTime = "one_time"
}

/// How often a recurring price is charged (D10), as the portal's form says it.
public enum BillingPeriod: String, CaseIterable, Sendable {
    /// Every day.
    case daily
    /// Every week.
    case weekly
    /// Every month.
    case monthly
    /// Every three months.
    case quarterly
    /// Every six months.
    case semiannual
    /// Every year.
    case yearly

    /// The same in Stripe's words.
    public var interval: (unit: IntervalUnit, count: Int) {
        switch self {
        case .daily: (.day, 1)
        case .weekly: (.week, 1)
        case .monthly: (.month, 1)
        case .quarterly: (.month, 3)
        case .semiannual: (.month, 6)
        case .yearly: (.year, 1)
        }
    }
}

/// Stripe's units of a billing interval.
public enum IntervalUnit: String, CaseIterable, Sendable {
    /// A day.
    case day
    /// A week.
    case week
    /// A month.
    case month
    /// A year.
    case year
}
