import HTTPTypes

/// Whether a change of a subscription begins its periods anew, and when they end then.
struct CycleTurn {
    /// Whether the periods begin anew.
    let isTurned: Bool
    /// The end of the trial the new periods are; nil when they are paid.
    let trialEnd: Int64?
    /// Whether a running trial is ended.
    private let endsTrial: Bool
    private let now: Int64

    /// Whether the new period is a trial.
    var isTrial: Bool { trialEnd != nil }

    init(_ params: JSONObject, of subscription: JSONObject, items: ItemChanges, now: Int64) throws(Refusal) {
        self.now = now
        let anchor = params.text("billing_cycle_anchor", "type")
        let isTrialing = subscription.text("status") == "trialing"
        trialEnd = params.whole("trial_end")
        if let trialEnd, trialEnd <= now {
            throw .invalid(
                "Invalid timestamp: must be an integer Unix timestamp in the future.", param: "trial_end")
        }
        endsTrial = params.text("trial_end") == "now" && isTrialing
        let resets = anchor == "now" || (items.changesInterval && anchor == nil)
        isTurned = trialEnd != nil || endsTrial || (resets && !isTrialing)
    }

    /// Writes the new periods.
    func write(into subscription: inout JSONObject) {
        guard isTurned else { return }
        let isTrialing = subscription.text("status") == "trialing"
        if let trialEnd {
            if !isTrialing { subscription["trial_start"] = .integer(now) }
            subscription["trial_end"] = .integer(trialEnd)
            subscription["status"] = "trialing"
        } else if endsTrial {
            subscription["trial_end"] = .integer(now)
            subscription["status"] = "active"
        }
        subscription["billing_cycle_anchor"] = .integer(trialEnd ?? now)
        let discounts = subscription["discounts"] ?? []
        let items = subscription.objects("items", "data").map { item -> JSON in
            var item = item
            let interval = BillingInterval(item.object("price", "recurring") ?? [:])
            if !(isTrial && isTrialing) { item["current_period_start"] = .integer(now) }
            let end = trialEnd ?? interval.moment(1, after: now)
            item["current_period_end"] = .integer(end)
            item["billed_until"] = .integer(end)
            item["_discounts"] = discounts
            return .object(item)
        }
        subscription.set("items", "data", to: .array(items))
        if subscription.flag("cancel_at_period_end") {
            subscription["cancel_at"] = .of(
                subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }.min())
        }
    }

    /// What the new periods cost at their beginning, and the use of the ones they cut off.
    func lines(of after: JSONObject, before: JSONObject, in books: Books) -> [InvoiceLine] {
        var lines: [InvoiceLine] = []
        for item in after.objects("items", "data") where !SubscriptionItems.isMetered(item) {
            lines.append(
                .of(
                    item, subscription: after, start: now, end: item.whole("current_period_end") ?? now,
                    amount: isTrial ? 0 : nil, in: books))
        }
        let kept = Set(after.objects("items", "data").compactMap { $0.text("price", "id") })
        for item in before.objects("items", "data")
        where SubscriptionItems.isMetered(item) && kept.contains(item.text("price", "id") ?? "") {
            let start = SubscriptionItems.usedFrom(item)
            guard now > start else { continue }
            lines.append(.usage(item, subscription: after, from: start, until: now, in: books))
        }
        return lines
    }
}
