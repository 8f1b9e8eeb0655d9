import HTTPTypes

/// Subscriptions in the course of time.
extension Engine {
    /// Does what is due for a subscription at the moment.
    func passTime(ofSubscription subscription: JSONObject, at now: Int64) {
        let id = subscription.id
        if Subscriptions.isEnded(subscription) { return }
        if subscription.text("status") == "incomplete" {
            if (subscription.whole("_expires") ?? .max) <= now { expireIncomplete(subscription) }
            return
        }
        if let resumes = subscription.whole("pause_collection", "resumes_at"), resumes <= now {
            books.update(id, event: "customer.subscription.updated") { $0["pause_collection"] = .null }
        }
        if let end = subscription.whole("cancel_at"), end <= now {
            cancel(id, reason: "cancellation_requested")
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

    /// Ends a subscription now.
    func cancel(_ id: String, reason: String, details: JSONObject = [:]) {
        guard let before = books.find(id), !Subscriptions.isEnded(before) else { return }
        let now = books.now(on: before.text("test_clock"))
        let canceled = books.update(id, event: nil) { subscription in
            subscription["status"] = "canceled"
            if subscription.value("canceled_at") == nil { subscription["canceled_at"] = .integer(now) }
            subscription["ended_at"] = .integer(now)
            subscription.set("cancellation_details", "reason", to: .string(reason))
            for (name, value) in details { subscription.set("cancellation_details", name, to: value) }
        }
        // What is still owed stays owed, but nobody collects it any more.
        for invoice in books.all("invoice") where invoice.text("_subscription") == id {
            guard ["open", "draft"].contains(invoice.text("status")) else { continue }
            books.update(invoice.id, event: "invoice.updated") { invoice in
                invoice["auto_advance"] = false
                invoice["next_payment_attempt"] = .null
                invoice["automatically_finalizes_at"] = .null
            }
        }
        books.emit("customer.subscription.deleted", canceled)
    }

    private func expireIncomplete(_ subscription: JSONObject) {
        books.update(subscription.id, event: "customer.subscription.updated") { subscription in
            subscription["status"] = "incomplete_expired"
            subscription["ended_at"] = .integer(books.now(on: subscription.text("test_clock")))
        }
        if let invoice = subscription.text("latest_invoice") { void(invoice) }
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

    /// Moves the items whose period ended into their next one and drafts the invoice.
    private func renew(_ id: String, at now: Int64) {
        guard let before = books.find(id) else { return }
        let anchor = before.whole("billing_cycle_anchor") ?? now
        var lines: [InvoiceLine] = []
        var items: [JSON] = []
        var ended: (start: Int64, end: Int64)?
        for var item in before.objects("items", "data") {
            let start = item.whole("current_period_start") ?? now
            let end = item.whole("current_period_end") ?? now
            if end <= now, let price = item.object("price") {
                let interval = BillingInterval(price.object("recurring") ?? [:])
                let next = interval.boundary(after: end, anchor: anchor)
                let isMetered = price.text("recurring", "usage_type") == "metered"
                lines.append(
                    InvoiceLine.of(
                        item, subscription: before, start: isMetered ? start : end, end: isMetered ? end : next))
                item["current_period_start"] = .integer(end)
                item["current_period_end"] = .integer(next)
                ended = (min(start, ended?.start ?? start), max(end, ended?.end ?? end))
            }
            items.append(.object(item))
        }
        let draft = draftCycle(before, lines: lines, period: ended ?? (now, now), at: now)
        books.update(id, event: "customer.subscription.updated") { subscription in
            subscription.set("items", "data", to: .array(items))
            subscription["latest_invoice"] = .string(draft)
        }
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
