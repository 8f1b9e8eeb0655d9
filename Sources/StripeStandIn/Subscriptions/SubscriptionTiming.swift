import HTTPTypes

/// When a new subscription begins, when its cycle turns, and what the first invoice holds.
struct SubscriptionTiming {
    /// The beginning.
    let start: Int64
    /// The end of the trial, if there is one.
    let trialEnd: Int64?
    /// What later periods are counted from.
    let anchor: Int64
    /// Whether the span up to a later anchor is billed in part.
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
        var lines: [InvoiceLine] = []
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
                let wholeStart = interval.moment(-1, after: end)
                amount = PriceMath.share(
                    of: PriceMath.amount(of: price, quantity: item.whole("quantity") ?? 1), seconds: end - start,
                    outOf: end - wholeStart)
            }
            lines.append(
                InvoiceLine.of(item, subscription: subscription, start: start, end: end, amount: amount, in: books))
        }
        return lines
    }

    /// Writes the moments into the subscription.
    func write(into subscription: inout JSONObject) {
        subscription["start_date"] = .integer(start)
        subscription["billing_cycle_anchor"] = .integer(anchor)
        if let trialEnd {
            subscription["trial_start"] = .integer(start)
            subscription["trial_end"] = .integer(trialEnd)
        }
        let ends = subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }
        if subscription.flag("cancel_at_period_end") { subscription["cancel_at"] = .of(ends.min()) }
    }
}
