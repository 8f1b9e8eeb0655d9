internal import FoundationEssentials

/// A price as a look at Stripe showed it.
public struct PriceSnapshot: Equatable, Sendable {
    /// `price_…`
    public var stripeID: String
    /// Three lower-case letters.
    public var currency: String
    /// How it reckons.
    public var model: PriceModel
    /// Bought beforehand, or counted by a meter.
    public var usageType: UsageType
    /// Minor units for each unit or package; nil for tiers.
    public var unitAmount: UnitAmount?
    /// Its steps.
    public var tiers: [PriceTier]
    /// Units in a package.
    public var packageSize: Int64?
    /// What a begun package costs.
    public var packageRound: PackageRound?
    /// How often; nil is once.
    public var interval: IntervalUnit?
    /// Every so many of them.
    public var intervalCount: Int64
    /// Whether tax is inside.
    public var taxBehavior: Price.TaxBehavior
    /// The account's own name for it.
    public var lookupKey: String?
    /// Whether it can be sold.
    public var isActive: Bool

    /// States the facts.
    public init(
        stripeID: String, currency: String, model: PriceModel, usageType: UsageType, unitAmount: UnitAmount?,
        tiers: [PriceTier], packageSize: Int64?, packageRound: PackageRound?, interval: IntervalUnit?,
        intervalCount: Int64, taxBehavior: Price.TaxBehavior, lookupKey: String?, isActive: Bool
    ) {
        self.stripeID = stripeID
        self.currency = currency
        self.model = model
        self.usageType = usageType
        self.unitAmount = unitAmount
        self.tiers = tiers
        self.packageSize = packageSize
        self.packageRound = packageRound
        self.interval = interval
        self.intervalCount = intervalCount
        self.taxBehavior = taxBehavior
        self.lookupKey = lookupKey
        self.isActive = isActive
    }

    /// The terms as `app.record_price` reads them: JSON text.
    var terms: String {
        struct Terms: Encodable {
            var currency, model, usage_type: String
            var unit_amount: Int64?
            var unit_amount_decimal: String?
            var tiers: [PriceTier]?
            var package_size: Int64?
            var package_round, interval: String?
            var interval_count: Int64
        }
        let terms = Terms(
            currency: currency, model: model.rawValue, usage_type: usageType.rawValue, unit_amount: unitAmount?.whole,
            unit_amount_decimal: unitAmount?.text, tiers: model.isTiered ? tiers : nil, package_size: packageSize,
            package_round: packageRound?.rawValue, interval: interval?.rawValue, interval_count: intervalCount)
        return (try? JSONEncoder().encode(terms)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
