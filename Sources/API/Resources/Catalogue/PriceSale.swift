import Billing
import HTTPTypes
import Jobs
import Postgres

/// Puts the prices of a form among the rows: meter, lookup key, and what they replace.
struct PriceSale {
    /// Of which product.
    let product: Product.ID
    /// What the product is called.
    let name: String
    /// How it is charged.
    let model: PricingModel
    /// What it counts already.
    let metric: UsageMetric?
    /// What was said.
    let form: PriceForm

    /// Inserts the prices; the first is the one that was asked for.
    ///
    /// - Parameter replaced: what they take the place of: its lookup key goes over.
    func insert(
        _ actor: Actor, replacing replaced: Price? = nil, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [Price.ID] {
        let meter = form.isMetered(model) ? try meter(actor, tx) : nil
        let keyOfReplaced = replaced?.lookupKey
        let key = form.lookupKey ?? keyOfReplaced
        let mayTake = form.transfersLookupKey || (keyOfReplaced != nil && key == keyOfReplaced)
        var takes = form.transfersLookupKey
        if let key, try !tx.run(MarkLookupKeyFree(key, evenIfSold: mayTake)).isEmpty { takes = true }
        let wishes = try form.wishes(for: model, meter: meter, lookupKey: key, takesKey: takes)
        var ids: [Price.ID] = []
        for wish in wishes {
            let id = Price.ID.new(at: actor.now)
            tx.send(InsertPrice(id, of: product, wish))
            ids.append(id)
        }
        // What was replaced may have included some usage, and the new one none.
        if form.limit != nil || model == .usageBased || replaced != nil {
            let metric = form.metric ?? metric ?? meter.map { UsageMetric(of: $0.metric) }
            tx.send(MarkProductAllowance(product, metric: metric, limit: form.limit, overage: form.overage))
        }
        return ids
    }

    /// The chosen meter (B16), the one the product has, or a new one of its own (F10).
    private func meter(_ actor: Actor, _ tx: borrowing Transaction<TenantScope>) throws -> Meter {
        if let id = form.meter {
            guard let meter = try tx.first(FindMeter(id)) else {
                throw Problem.notFound("meter", param: "meter")
            }
            guard meter.status == .active || meter.status == .publishing else {
                throw Problem(
                    .meterInactive, "The meter takes no events. Reactivate it, or choose another.", param: "meter")
            }
            // What a custom meter counts nobody here knows: no usage would ever be sent to it for another metric.
            if let wanted = form.metric ?? metric, wanted.metered != meter.metric {
                throw Problem(
                    .meterMismatch, "The meter counts \(meter.metric.rawValue), not \(wanted.metered.rawValue).",
                    param: "meter")
            }
            return meter
        }
        guard let wanted = form.metric ?? metric else {
            throw Problem(.invalidCombination, "Say what is counted: usage_metric, or a meter.", param: "usage_metric")
        }
        let known = try tx.run(ListMetersOf(product)).last { $0.metric == wanted.metered && $0.status == .active }
        if let known { return known }
        let id = Meter.ID.new(at: actor.now)
        let event = Meter.eventName(wanted.metered, id)
        tx.send(
            InsertMeter(
                id, eventName: event, displayName: String("\(name): \(wanted.rawValue)".prefix(250)),
                metric: wanted.metered, product: product))
        return try tx.one(FindMeter(id))
    }
}
