import HTTPTypes

/// Subscriptions in the course of time.
extension Engine {
    /// Stripe tells of a trial's end so long before it: three days.
    static let trialNoticeSeconds: Int64 = 3 * 86_400

    /// Does what is due for a subscription at the moment.
    func passTime(ofSubscription given: JSONObject, at now: Int64) {
        let id = given.id
        if Subscriptions.isEnded(given) { return }
        if given.text("status") == "incomplete" {
            if (given.whole("_expires") ?? .max) <= now { expireIncomplete(given) }
            return
        }
        // A phase that begins with a period says what the renewal bills.
        if let schedule = given.text("schedule").flatMap({ books.find(Schedules.kind, $0) }) {
            passTime(ofSchedule: schedule, at: now)
        }
        if let resumes = given.whole("pause_collection", "resumes_at"), resumes <= now {
            books.update(id, event: "customer.subscription.updated") { $0["pause_collection"] = .null }
        }
        if let expires = given.whole("pending_update", "expires_at"), expires <= now { expirePendingUpdate(of: given) }
        if let end = given.whole("trial_end"), given.text("status") == "trialing",
            end - now <= Self.trialNoticeSeconds, !given.flag("_told_trial_end")
        {
            let told = books.update(id, event: nil) { $0["_told_trial_end"] = true }
            if end > now { books.emit("customer.subscription.trial_will_end", told) }
        }
        guard let subscription = books.find(id), subscription.text("status") != "paused",
            !Subscriptions.isEnded(subscription)
        else { return }
        if let end = subscription.whole("cancel_at"), end <= now {
            endAsPlanned(subscription, at: now)
            return
        }
        if subscription.text("status") == "trialing", let end = subscription.whole("trial_end"), end <= now {
            endTrial(subscription)
            guard let after = books.find(id), !Subscriptions.isEnded(after), after.text("status") != "paused" else {
                return
            }
        }
        let due = subscription.objects("items", "data").contains { ($0.whole("current_period_end") ?? .max) <= now }
        if due { renew(id, at: now) }
    }

    private func endTrial(_ subscription: JSONObject) {
        let id = subscription.id
        let behavior = subscription.text("trial_settings", "end_behavior", "missing_payment_method") ?? "create_invoice"
        if behavior != "create_invoice", paymentMethod(for: nil, subscription: subscription) == nil {
            if behavior == "cancel" {
                cancel(id, reason: "cancellation_requested")
            } else {
                let paused = books.update(id, event: "customer.subscription.updated") { $0["status"] = "paused" }
                books.emit("customer.subscription.paused", paused)
            }
            return
        }
        books.update(id, event: nil) { $0["status"] = "active" }
    }

    /// Moves the items whose period ended into their next one and drafts the invoice: what the next period costs, and
    /// what was used in the one that ended. `next` are the items from now on, where a schedule changes them here.
    func renew(_ id: String, at now: Int64, next: [JSONObject]? = nil) {
        Discounts.expire(of: id, at: now, in: books)
        guard let before = books.find(id) else { return }
        let ended = before.objects("items", "data").filter { ($0.whole("current_period_end") ?? .max) <= now }
        var lines: [InvoiceLine] = []
        for item in ended where SubscriptionItems.isMetered(item) {
            let start = SubscriptionItems.usedFrom(item)
            let end = item.whole("current_period_end") ?? now
            lines.append(InvoiceLine.usage(item, subscription: before, from: start, until: end, in: books))
        }
        var items: [JSON] = []
        var bases: [InvoiceLine] = []
        for item in next ?? before.objects("items", "data") {
            guard (item.whole("current_period_end") ?? .max) <= now else {
                items.append(.object(item))
                continue
            }
            let (turned, line) = turn(item, of: before)
            items.append(.object(turned))
            if let line { bases.append(line) }
        }
        let starts = ended.compactMap { $0.whole("current_period_start") }
        let ends = ended.compactMap { $0.whole("current_period_end") }
        let period = (start: starts.min() ?? now, end: ends.max() ?? now)
        let draft = draftCycle(before, lines: bases + lines, period: period, at: now)
        books.update(id, event: "customer.subscription.updated") { subscription in
            subscription.set("items", "data", to: .array(items))
            subscription.set("items", "total_count", to: .integer(Int64(items.count)))
            subscription["latest_invoice"] = .string(draft)
        }
    }

    /// An item in its next period, and the line of what that costs; a planned end within the period shortens both.
    private func turn(_ old: JSONObject, of subscription: JSONObject) -> (JSONObject, InvoiceLine?) {
        var item = old
        let start = old.whole("current_period_end") ?? 0
        let interval = BillingInterval(old.object("price", "recurring") ?? [:])
        let whole = interval.boundary(after: start, anchor: subscription.whole("billing_cycle_anchor") ?? start)
        let end = min(whole, subscription.whole("cancel_at") ?? whole)
        item["current_period_start"] = .integer(start)
        item["current_period_end"] = .integer(end)
        item["billed_until"] = .integer(end)
        if SubscriptionItems.isMetered(old) { return (item, nil) }
        item["_discounts"] = subscription["discounts"] ?? []
        var amount: Int64?
        if end < whole {
            let price = old.object("price") ?? [:]
            amount = PriceMath.share(
                of: PriceMath.amount(of: price, quantity: old.whole("quantity") ?? 1), seconds: end - start,
                outOf: whole - start)
        }
        return (item, .of(item, subscription: subscription, start: start, end: end, amount: amount, in: books))
    }

    private func draftCycle(
        _ subscription: JSONObject, lines: [InvoiceLine], period: (start: Int64, end: Int64), at now: Int64
    ) -> String {
        let collects = subscription.text("status") != "unpaid"
        let pause = subscription.text("pause_collection", "behavior")
        var draft = InvoiceDraft(
            subscription: subscription, reason: "subscription_cycle", books: books, account: account)
        draft.period = period
        draft.lines = lines
        draft.takesPendingItems = true
        draft.finalizesAt = collects && pause != "keep_as_draft" ? now + books.world.policy.draftSeconds : nil
        let invoice = draft.write()
        if pause == "void" || pause == "mark_uncollectible" {
            finalize(invoice.id)
            pause == "void" ? void(invoice.id) : markUncollectible(invoice.id)
        }
        return invoice.id
    }
}
