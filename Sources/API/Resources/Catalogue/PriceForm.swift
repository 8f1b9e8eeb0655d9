import Billing
import HTTPTypes

/// The terms of a price as the portal's form says them, in its own units: minutes, not seconds.
struct PriceForm: Sendable {
    /// Which of a price's tiers a unit is charged by.
    enum TiersMode: String, CaseIterable, Sendable {
        case volume, graduated
    }

    /// One step as it was said.
    struct Tier: Sendable {
        var upTo: TierBound?
        var unit: UnitAmount?
        var flat: UnitAmount?
    }

    private(set) var currency: Currency?
    private(set) var amount: UnitAmount?
    private(set) var isDecimal = false
    private(set) var saysAmount = false
    private(set) var saysPeriod = false
    private(set) var period: BillingPeriod?
    private(set) var taxBehavior = Price.TaxBehavior.exclusive
    private(set) var lookupKey: String?
    private(set) var transfersLookupKey = false
    private(set) var tiersMode: TiersMode?
    private(set) var tiers: [Tier] = []
    private(set) var package: (size: Int64, round: PackageRound)?
    private(set) var metric: UsageMetric?
    private(set) var meter: Meter.ID?
    private(set) var limit: Int64?
    private(set) var overage: UnitAmount?
    private var hasTiers = false

    /// Reads the fields; what is wrong in one of them is noted there.
    init(_ fields: inout Fields) {
        readPrice(&fields)
        readPeriod(&fields)
        taxBehavior = fields.optional("tax_inclusive", .bool) ?? false ? .inclusive : .exclusive
        lookupKey = fields.optional("lookup_key", .line(max: 200))
        transfersLookupKey = fields.optional("transfer_lookup_key", .bool) ?? false
        if transfersLookupKey, !fields.has("lookup_key") {
            fields.refuse("transfer_lookup_key", .invalidCombination, "There is no lookup_key to transfer.")
        }
        readTiers(&fields)
        package =
            fields.nested("package") { package -> (Int64, PackageRound)? in
                let size = package.required("size", .integer(1...1_000_000_000))
                let round = package.optional("round", FieldKind<PackageRound>.word) ?? .up
                return (try? size()).map { ($0, round) }
            } ?? nil
        metric = fields.optional("usage_metric", FieldKind<UsageMetric>.word)
        meter = fields.optional("meter", .id(of: Meter.self))
        limit = fields.optional("usage_limit", .integer(1...1_000_000_000))
        overage = Self.amount(&fields, "overage_unit_amount")
        if fields.has("package"), hasTiers {
            fields.refuse("package", .tiersWithPackage, "Stripe divides no quantity into packages that has tiers.")
        }
    }

    private mutating func readPrice(_ fields: inout Fields) {
        guard fields.has("price") else {
            fields.refuse("price", .parameterMissing, "Is required: {\"amount\": 2500, \"currency\": \"usd\"}.")
            return
        }
        let read = fields.nested("price") { price -> (Currency?, UnitAmount?, Bool, Bool) in
            let currency = price.required("currency", .currency)
            let amount = Self.amount(&price, "amount")
            let isDecimal = price.has("amount_decimal")
            return (try? currency(), amount, isDecimal, isDecimal || price.has("amount"))
        }
        (currency, amount, isDecimal, saysAmount) = read ?? (nil, nil, false, false)
    }

    /// `name` in whole minor units, or `name_decimal` exactly.
    private static func amount(_ fields: inout Fields, _ name: String) -> UnitAmount? {
        let whole = fields.optional(name, .integer(0...Money.amountMax)).map { UnitAmount($0) }
        let exact = fields.optional(name + "_decimal", .decimal)
        if whole != nil, exact != nil {
            fields.refuse(name + "_decimal", .invalidCombination, "Say \(name) or \(name)_decimal, not both.")
        }
        return exact ?? whole
    }

    private mutating func readPeriod(_ fields: inout Fields) {
        let word = fields.optional("billing_period", FieldKind<BillingPeriod.Word>.word)
        let unit = fields.optional("interval", FieldKind<IntervalUnit>.word)
        let count = fields.optional("interval_count", .integer(1...10_000))
        saysPeriod = fields.has("billing_period") || fields.has("interval")
        if let word {
            period = BillingPeriod(word)
            if unit != nil || count != nil {
                fields.refuse("interval", .invalidCombination, "Say billing_period or interval, not both.")
            }
        } else if let unit {
            period = BillingPeriod(unit, Int(count ?? 1))
            if period == nil {
                let detail = "Stripe bills at most every three years: \(unit.countMax) \(unit.rawValue)s."
                fields.refuse("interval_count", .invalidInterval, detail)
            }
        } else if count != nil {
            fields.refuse("interval_count", .invalidCombination, "Say which interval: day, week, month or year.")
        }
    }

    private mutating func readTiers(_ fields: inout Fields) {
        tiersMode = fields.optional("tiers_mode", FieldKind<TiersMode>.word)
        hasTiers = fields.has("tiers")
        guard hasTiers else {
            if tiersMode != nil { fields.refuse("tiers", .invalidCombination, "A tiers_mode needs tiers.") }
            return
        }
        if !fields.has("tiers_mode") {
            fields.refuse("tiers_mode", .invalidCombination, "Tiers are charged by volume or graduated.")
        }
        tiers = fields.list("tiers", count: 1...100) { tier in
            Tier(
                upTo: tier.optional("up_to", .tierBound), unit: Self.amount(&tier, "unit_amount"),
                flat: Self.amount(&tier, "flat_amount"))
        }
        if amount != nil {
            fields.refuse("price.amount", .amountWithTiers, "A tiered price has its amounts in its tiers.")
        }
        var below: Int64 = 0
        for (index, tier) in tiers.enumerated() {
            let at = "tiers[\(index)]"
            let isLast = index == tiers.count - 1
            if tier.unit == nil, tier.flat == nil {
                fields.refuse(at, .tierWithoutAmount, "Each tier has a unit_amount, a flat_amount, or both.")
            }
            switch tier.upTo {
            case .unit(let unit) where !isLast:
                if unit <= below {
                    let detail = "Tiers rise: up_to must be more than \(below), where the one before ends."
                    fields.refuse(at + ".up_to", .tiersOutOfOrder, detail)
                }
                below = max(below, unit)
            case .unit: fields.refuse(at + ".up_to", .lastTierNotInf, "The last tier has no end: up_to is \"inf\".")
            case .infinity, nil:
                guard !isLast else { break }
                fields.refuse(at + ".up_to", .lastTierNotInf, "Only the last tier has no end.")
            }
        }
    }
}
