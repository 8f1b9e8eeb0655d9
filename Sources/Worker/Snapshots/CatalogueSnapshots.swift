public import Billing
public import Stripe

extension MeterSnapshot {
    /// Reads a fetched meter; nil for a formula we do not know.
    public init?(_ object: Stripe.Meter) {
        guard let formula = Billing.Meter.Formula(rawValue: object.defaultAggregation.formula) else { return nil }
        self.init(
            stripeID: object.id, eventName: object.eventName, displayName: object.displayName, formula: formula,
            customerKey: object.customerMapping.eventPayloadKey, valueKey: object.valueSettings.eventPayloadKey,
            isActive: object.status == "active")
    }
}

extension PriceSnapshot {
    /// Reads a fetched price; nil for one that cannot be sold here: an amount the buyer chooses, a currency or an
    /// interval we do not know, tiers that did not come along, usage without a meter (which this version of Stripe
    /// cannot be told).
    public init?(_ object: Stripe.Price) {
        let recurring = object.recurring
        let usage = UsageType(rawValue: recurring?.usageType ?? UsageType.licensed.rawValue)
        guard let usage, (usage == .metered) == (recurring?.meter != nil), Currency(object.currency) != nil else {
            return nil
        }
        let interval = recurring.flatMap { IntervalUnit(rawValue: $0.interval) }
        guard (interval == nil) == (recurring == nil) else { return nil }
        let tiers = object.tiers?.map {
            PriceTier(upTo: $0.upTo, unitAmount: $0.unitAmountDecimal, flatAmount: $0.flatAmountDecimal)
        }
        let amount = object.unitAmountDecimal.flatMap { UnitAmount($0) } ?? object.unitAmount.map { UnitAmount($0) }
        let model: PriceModel
        if object.billingScheme == "tiered" {
            guard let tiers, !tiers.isEmpty else { return nil }
            model = object.tiersMode == "volume" ? .tieredVolume : .tieredGraduated
        } else {
            guard amount != nil else { return nil }
            model = object.transformQuantity != nil ? .package : usage == .metered ? .perUnit : .flat
        }
        self.init(
            stripeID: object.id, currency: object.currency, model: model, usageType: usage, unitAmount: amount,
            tiers: model.isTiered ? tiers ?? [] : [], packageSize: object.transformQuantity?.divideBy,
            packageRound: object.transformQuantity.flatMap { PackageRound(rawValue: $0.round) }, interval: interval,
            intervalCount: recurring?.intervalCount ?? 1,
            taxBehavior: object.taxBehavior.flatMap(Billing.Price.TaxBehavior.init(rawValue:)) ?? .unspecified,
            lookupKey: object.lookupKey, isActive: object.active)
    }
}
