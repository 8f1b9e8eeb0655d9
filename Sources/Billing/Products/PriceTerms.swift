internal import FoundationEssentials

/// How a price reckons (B8 to B15).
public enum PriceModel: String, CaseIterable, Sendable {
    /// A fixed amount, times the quantity bought.
    case flat
    /// So much for each unit used (B13).
    case perUnit = "per_unit"
    /// So much for each begun package of units (B14).
    case package
    /// All units at the price of the tier the quantity reaches (B11).
    case tieredVolume = "tiered_volume"
    /// Each unit at the price of its own tier (B12).
    case tieredGraduated = "tiered_graduated"

    /// Whether it has tiers instead of one amount.
    public var isTiered: Bool { self == .tieredVolume || self == .tieredGraduated }
}

/// Where the quantity on the invoice comes from.
public enum UsageType: String, CaseIterable, Sendable {
    /// Bought beforehand, billed for the period to come.
    case licensed
    /// Counted by a meter, billed for the period that is over (B10).
    case metered
}

/// What is left of a package that is not full.
public enum PackageRound: String, CaseIterable, Sendable {
    /// A begun package is charged.
    case up
    /// Only full ones are.
    case down
}

/// One step of a tiered price: what units up to a bound cost.
public struct PriceTier: Codable, Equatable, Sendable {
    /// The last unit of it; nil in the last tier, which has no end.
    public var upTo: Int64?
    /// Minor units for each unit, an exact decimal.
    public var unitAmount: String?
    /// Minor units once for entering the tier, an exact decimal.
    public var flatAmount: String?

    private enum CodingKeys: String, CodingKey {
        case upTo = "up_to", unitAmount = "unit_amount_decimal", flatAmount = "flat_amount_decimal"
    }

    /// States the tier.
    public init(upTo: Int64?, unitAmount: String?, flatAmount: String?) {
        self.upTo = upTo
        self.unitAmount = unitAmount
        self.flatAmount = flatAmount
    }

    /// The same tier of a price by the second instead of the minute.
    public var perSecond: PriceTier {
        PriceTier(
            upTo: upTo.map { $0 * 60 }, unitAmount: unitAmount.flatMap { UnitAmount($0)?.perSecond.text },
            flatAmount: flatAmount)
    }

    /// As a column keeps them: JSON text.
    static func text(of tiers: [PriceTier]) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return (try? encoder.encode(tiers)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// Reads what `text(of:)` wrote.
    static func read(_ text: String?) -> [PriceTier] {
        guard let text else { return [] }
        return (try? JSONDecoder().decode([PriceTier].self, from: Data(text.utf8))) ?? []
    }
}

/// In what a tenant says and sees a price, where that is not what Stripe counts: a minute is sixty seconds (D15, V7).
public struct ShownTerms: Equatable, Sendable {
    /// Minor units for one minute, an exact decimal; nil for tiers.
    public var unitAmount: String?
    /// Bounds in minutes, amounts for one minute.
    public var tiers: [PriceTier]

    /// States them.
    public init(unitAmount: String?, tiers: [PriceTier]) {
        self.unitAmount = unitAmount
        self.tiers = tiers
    }
}

/// Checked terms of a new price, in the units Stripe counts. They never change (V9).
public struct PriceWish: Equatable, Sendable {
    /// What the client is charged in.
    public var currency: Currency
    /// How it reckons.
    public var model: PriceModel
    /// Where the quantity comes from.
    public var usageType: UsageType
    /// For each unit or package; nil for tiers.
    public var unitAmount: UnitAmount?
    /// Its tiers, the last without an end.
    public var tiers: [PriceTier]
    /// Units in a package.
    public var packageSize: Int64?
    /// What a begun package costs.
    public var packageRound: PackageRound?
    /// What counts it, of a metered one.
    public var meter: Meter.ID?
    /// How often it is charged; nil is once.
    public var period: BillingPeriod?
    /// Whether tax is inside the amount.
    public var taxBehavior: Price.TaxBehavior
    /// The tenant's own name for it.
    public var lookupKey: String?
    /// Whether another price's lookup key is taken from it (B19).
    public var takesLookupKey: Bool
    /// In minutes, where it is metered in seconds.
    public var shown: ShownTerms?

    /// A fixed amount; more is set field by field.
    public init(
        currency: Currency, model: PriceModel = .flat, usageType: UsageType = .licensed, unitAmount: UnitAmount? = nil,
        tiers: [PriceTier] = [], packageSize: Int64? = nil, packageRound: PackageRound? = nil,
        meter: Meter.ID? = nil, period: BillingPeriod? = nil, taxBehavior: Price.TaxBehavior = .exclusive,
        lookupKey: String? = nil, takesLookupKey: Bool = false, shown: ShownTerms? = nil
    ) {
        self.currency = currency
        self.model = model
        self.usageType = usageType
        self.unitAmount = unitAmount
        self.tiers = tiers
        self.packageSize = packageSize
        self.packageRound = packageRound
        self.meter = meter
        self.period = period
        self.taxBehavior = taxBehavior
        self.lookupKey = lookupKey
        self.takesLookupKey = takesLookupKey
        self.shown = shown
    }
}
