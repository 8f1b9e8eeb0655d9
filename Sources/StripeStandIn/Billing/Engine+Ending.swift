import HTTPTypes

/// Subscriptions coming to their end.
extension Engine {
    /// Ends a subscription now.
    func cancel(_ id: String, reason: String, details: JSONObject = [:]) {
        guard let before = books.find(id), !Subscriptions.isEnded(before) else { return }
        let now = books.now(on: before.text("test_clock"))
        let canceled = books.update(id, event: nil) { subscription in
            subscription["status"] = "canceled"
            if subscription.value("canceled_at") == nil { subscription["canceled_at"] = .integer(now) }
            subscription["ended_at"] = .integer(now)
            subscription["pending_update"] = .null
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
        if let schedule = canceled.text("schedule") {
            closeSchedule(schedule, isAborted: reason == "payment_failed")
        }
    }

    /// The planned end of a subscription has come: what was used and what waits goes on a last invoice.
    func endAsPlanned(_ subscription: JSONObject, at now: Int64) {
        let lines = usageLines(of: subscription, until: now)
        cancel(subscription.id, reason: "cancellation_requested")
        guard !lines.isEmpty || waits(subscription) else { return }
        let starts = subscription.objects("items", "data").compactMap { $0.whole("current_period_start") }
        var draft = InvoiceDraft(
            subscription: books.find(subscription.id) ?? subscription, reason: "subscription_cycle", books: books,
            account: account)
        draft.period = (starts.min() ?? now, now)
        draft.lines = lines
        draft.takesPendingItems = true
        draft.finalizesAt = now + books.world.policy.draftSeconds
        let invoice = draft.write()
        books.update(subscription.id, event: nil) { $0["latest_invoice"] = .string(invoice.id) }
    }

    /// Whether invoice items wait for the next invoice of a subscription.
    func waits(_ subscription: JSONObject) -> Bool {
        books.all("invoiceitem").contains {
            $0.text("customer") == subscription.text("customer") && $0.value("invoice") == nil
                && [nil, subscription.id].contains($0.text("parent", "subscription_details", "subscription"))
        }
    }

    /// What an end at once is billed: with `prorates` the unused time goes back, with `invoices` that, the use so far
    /// and what waits come on a last invoice, final at once. The caller ends the subscription.
    func endNow(_ subscription: JSONObject, invoices: Bool, prorates: Bool) {
        let now = books.now(on: subscription.text("test_clock"))
        if prorates, ["active", "past_due"].contains(subscription.text("status")) {
            let items = subscription.objects("items", "data")
            let prorations = Prorations(subscription, at: now, in: books)
            for item in items { prorations.credit(item, among: items) }
        }
        if invoices { invoiceNow(subscription, lines: usageLines(of: subscription, until: now)) }
    }

    /// Invoices at once what waits for a subscription's next invoice.
    func invoiceWaiting(_ subscription: JSONObject) { invoiceNow(subscription, lines: []) }

    private func invoiceNow(_ subscription: JSONObject, lines: [InvoiceLine]) {
        var draft = InvoiceDraft(
            subscription: subscription, reason: "subscription_update", books: books, account: account)
        draft.lines = lines
        draft.takesPendingItems = true
        guard !draft.lines.isEmpty || waits(subscription) else { return }
        let invoice = draft.write()
        books.update(subscription.id, event: nil) { $0["latest_invoice"] = .string(invoice.id) }
        finalize(invoice.id)
        advance(invoice: invoice.id)
    }

    /// A first payment did not come within its day.
    func expireIncomplete(_ subscription: JSONObject) {
        books.update(subscription.id, event: "customer.subscription.updated") { subscription in
            subscription["status"] = "incomplete_expired"
            subscription["ended_at"] = .integer(books.now(on: subscription.text("test_clock")))
        }
        if let invoice = subscription.text("latest_invoice") { void(invoice) }
    }
}
