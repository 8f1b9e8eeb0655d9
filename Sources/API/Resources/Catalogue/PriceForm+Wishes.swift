import Billing
import HTTPTypes

// What the form means for one kind of product: what is missing, what does not fit, and the prices to be made.

extension PriceForm {
    /// Whether something has to be counted.
    func isMetered(_ model: PricingModel) -> Bool { model == .usageBased || limit != nil }

    /// Everything that does not fit the product's kind. `hasMetric`: the product says already what its usage is.
    func issues(for model: PricingModel, hasMetric: Bool = false) -> [Problem.FieldIssue] {
        var issues: [Problem.FieldIssue] = []
        func refuse(_ param: String, _ code: ProblemCode, _ detail: String) {
            issues.append(.init(param: param, code: code, detail: detail))
        }
        func clash(_ param: String, _ detail: String) { refuse(param, .invalidCombination, detail) }
        if !saysAmount, tiers.isEmpty, currency != nil {
            clash("price.amount", "Is required, unless the price has tiers.")
        }
        switch (model, period) {
        case (.oneTime, .some): clash("billing_period", "A one_time product has no billing_period.")
        case (.baseFee, nil) where !saysPeriod, (.usageBased, nil) where !saysPeriod:
            clash("billing_period", "A \(model.rawValue) product has a billing_period, like monthly.")
        default: break
        }
        if model == .oneTime {
            if !tiers.isEmpty { clash("tiers", "A one_time product has one amount.") }
            if package != nil { clash("package", "A one_time product has one amount.") }
        }
        if isMetered(model), metric == nil, meter == nil, !hasMetric {
            clash("usage_metric", "Say what is counted: usage_metric, or a meter.")
        }
        if model != .baseFee, limit != nil || overage != nil {
            let param = limit != nil ? "usage_limit" : "overage_unit_amount"
            clash(param, "Only a base_fee includes usage; give a usage_based product tiers instead.")
        } else if overage != nil, limit == nil {
            clash("usage_limit", "An overage fee is for usage beyond a usage_limit.")
        }
        if !isMetered(model) {
            if metric != nil { clash("usage_metric", "Nothing is counted here; set a usage_limit.") }
            if meter != nil { clash("meter", "Nothing is counted here; set a usage_limit.") }
        }
        if model != .usageBased { checkAmounts(refuse) }
        return issues
    }

    /// What is bought is charged as it stands, so it must be an amount that can be charged. What is metered is
    /// multiplied first.
    private func checkAmounts(_ refuse: (String, ProblemCode, String) -> Void) {
        func check(_ amount: UnitAmount?, _ param: String) {
            guard let amount, let currency else { return }
            guard let whole = amount.whole else {
                // A licensed price may have a fraction too, but a flat fee below the smallest coin cannot be paid.
                return refuse(param, .amountNotChargeable, "Fractions of the smallest coin are for usage only.")
            }
            do throws(Money.Refusal) {
                _ = try Money(whole, currency)
            } catch {
                refuse(param, .amountNotChargeable, error.detail(of: currency))
            }
        }
        check(amount, isDecimal ? "price.amount_decimal" : "price.amount")
        for (index, tier) in tiers.enumerated() {
            check(tier.unit, "tiers[\(index)].unit_amount")
            check(tier.flat, "tiers[\(index)].flat_amount")
        }
    }

    /// The prices to be made: one, and behind a base fee with a usage limit a second one, which counts usage and costs
    /// nothing up to the limit (D3, D4). Amounts by the minute become amounts by the second (V7).
    func wishes(for model: PricingModel, meter: Meter?, lookupKey: String?, takesKey: Bool) throws -> [PriceWish] {
        guard let currency else { throw Problem(.invalidFields, "The price is wrong.") }
        let isMetered = model == .usageBased
        let steps = tiers.map { tier in
            let bound: Int64? = if case .unit(let unit) = tier.upTo { unit } else { nil }
            return PriceTier(upTo: bound, unitAmount: tier.unit?.text, flatAmount: tier.flat?.text)
        }
        var wish = PriceWish(
            currency: currency, unitAmount: amount, tiers: steps, period: period, taxBehavior: taxBehavior,
            lookupKey: lookupKey, takesLookupKey: takesKey)
        if let tiersMode {
            wish.model = tiersMode == .volume ? .tieredVolume : .tieredGraduated
        } else if let package {
            wish.model = .package
            (wish.packageSize, wish.packageRound) = package
        } else if isMetered {
            wish.model = .perUnit
        }
        if isMetered, let meter { Self.meterBy(meter, &wish) }
        guard !isMetered, let limit, let meter else { return [wish] }
        let allowance = [
            PriceTier(upTo: limit, unitAmount: "0", flatAmount: nil),
            PriceTier(upTo: nil, unitAmount: (overage ?? .zero).text, flatAmount: nil),
        ]
        var usage = PriceWish(
            currency: currency, model: .tieredGraduated, tiers: allowance, period: period, taxBehavior: taxBehavior)
        Self.meterBy(meter, &usage)
        return [wish, usage]
    }

    private static func meterBy(_ meter: Meter, _ wish: inout PriceWish) {
        wish.usageType = .metered
        wish.meter = meter.id
        guard meter.metric == .seconds else { return }
        wish.shown = ShownTerms(unitAmount: wish.unitAmount?.text, tiers: wish.tiers)
        wish.tiers = wish.tiers.map(\.perSecond)
        if let size = wish.packageSize {
            // A package of minutes is one of sixty times as many seconds, at the same price.
            wish.packageSize = size * 60
        } else {
            wish.unitAmount = wish.unitAmount?.perSecond
        }
    }
}
