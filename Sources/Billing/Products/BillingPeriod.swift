/// How often a recurring price is charged (B7, D10): every so many of Stripe's units.
public struct BillingPeriod: Hashable, Sendable {
    /// Days, weeks, months or years.
    public let unit: IntervalUnit
    /// How many of them; three years at most.
    public let count: Int

    /// nil for less than one and for more than Stripe's three years
    /// (https://docs.stripe.com/api/prices/create, `recurring.interval_count`).
    public init?(_ unit: IntervalUnit, _ count: Int = 1) {
        guard (1...unit.countMax).contains(count) else { return nil }
        self.unit = unit
        self.count = count
    }

    /// As the portal's form says it.
    public init(_ word: Word) {
        (unit, count) =
            switch word {
            case .daily: (.day, 1)
            case .weekly: (.week, 1)
            case .monthly: (.month, 1)
            case .quarterly: (.month, 3)
            case .semiannual: (.month, 6)
            case .yearly: (.year, 1)
            }
    }

    /// The words of the portal's form.
    public enum Word: String, CaseIterable, Sendable {
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

    /// How many of them Stripe bills at most at once: three years.
    public var countMax: Int {
        switch self {
        case .day: 1_095
        case .week: 156
        case .month: 36
        case .year: 3
        }
    }
}
