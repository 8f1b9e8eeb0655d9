import HTTPTypes

/// When a new subscription begins, when its cycle turns, and what the first invoice holds.
struct SubscriptionTiming {
    /// Now: the beginning of the first period.
    let start: Int64
    /// The beginning the subscription says it had: now, or a moment before.
    let began: Int64
    /// The end of the trial, if there is one.
    let trialEnd: Int64?
    /// What later periods are counted from.
    let anchor: Int64
    /// Whether parts of periods are billed.
    private let prorates: Bool
    /// Whether metered items show on the first invoice with nothing.
    private let isClassic: Bool

    init(_ params: JSONObject, now: Int64) throws(Refusal) {
        start = now
        var trial: Int64?
        if let days = params.whole("trial_period_days"), days > 0 { trial = now + days * 86_400 }
        if let end = params.whole("trial_end") {
            guard end > now else {
                throw .invalid(
                    "Invalid timestamp: must be an integer Unix timestamp in the future.", param: "trial_end")
            }
            trial = end
        }
        trialEnd = trial
        if let given = params.whole("billing_cycle_anchor") {
            guard given > now else {
                throw .invalid(
                    "Invalid billing_cycle_anchor: must be a Unix timestamp in the future.",
                    param: "billing_cycle_anchor")
            }
            anchor = given
        } else {
            anchor = trial ?? now
        }
        began = params.whole("backdate_start_date") ?? now
        guard began <= now else {
            throw .invalid("`backdate_start_date` must be in the past.", param: "backdate_start_date")
        }
        prorates = params.text("proration_behavior") != "none"
        isClassic = params.text("billing_mode", "type") == "classic"
    }

    /// The end of the first period of a price.
    func firstEnd(of price: JSONObject) -> Int64 {
        if let trialEnd { return trialEnd }
        let interval = BillingInterval(price.object("recurring") ?? [:])
        if anchor > start {
            // Only the next turn of the cycle: an anchor may lie several intervals ahead.
            return min(anchor, interval.boundary(after: start, anchor: anchor))
        }
        return interval.moment(1, after: anchor)
    }

    /// The lines of the first invoice: none when nothing is billed yet.
    func firstLines(_ items: [JSONObject], subscription: JSONObject, in books: Books) -> [InvoiceLine] {
        var lines = pastLines(items, subscription: subscription, in: books)
        for item in items {
            let price = item.object("price") ?? [:]
            let isMetered = SubscriptionItems.isMetered(item)
            if isMetered, !isClassic { continue }
            let end = item.whole("current_period_end") ?? start
            var amount: Int64?
            if trialEnd != nil {
                amount = 0
            } else if anchor > start, !isMetered {
                guard prorates else { continue }
                let interval = BillingInterval(price.object("recurring") ?? [:])
                amount = PriceMath.share(
                    of: PriceMath.amount(of: price, quantity: item.whole("quantity") ?? 1), seconds: end - start,
                    outOf: end - interval.start(before: end, anchor: anchor))
            }
            lines.append(
                InvoiceLine.of(item, subscription: subscription, start: start, end: end, amount: amount, in: books))
        }
        return lines
    }

    /// The lines of the time before now that a backdated subscription covers.
    private func pastLines(_ items: [JSONObject], subscription: JSONObject, in books: Books) -> [InvoiceLine] {
        guard began < start, prorates else { return [] }
        return items.map { item in
            if SubscriptionItems.isMetered(item) {
                return .usage(item, subscription: subscription, from: began, until: start, in: books)
            }
            let price = item.object("price") ?? [:]
            let amount = PriceMath.amount(
                of: PriceMath.amount(of: price, quantity: item.whole("quantity") ?? 1), from: began, until: start,
                by: BillingInterval(price.object("recurring") ?? [:]))
            return .of(item, subscription: subscription, start: began, end: start, amount: amount, in: books)
        }
    }

    /// Writes the moments into the subscription.
    func write(into subscription: inout JSONObject) {
        subscription["start_date"] = .integer(began)
        subscription["billing_cycle_anchor"] = .integer(anchor)
        if let trialEnd {
            subscription["trial_start"] = .integer(start)
            subscription["trial_end"] = .integer(trialEnd)
        }
        let ends = subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }
        if subscription.flag("cancel_at_period_end") { subscription["cancel_at"] = .of(ends.min()) }
    }
}
