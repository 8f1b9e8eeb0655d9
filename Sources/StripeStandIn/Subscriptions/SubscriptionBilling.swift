import HTTPTypes

/// The invoice of a change of a subscription, and what follows when it cannot be paid.
struct SubscriptionBilling {
    let books: Books
    let account: Account
    /// The parameters of the call: `payment_behavior` decides.
    let params: JSONObject

    /// An update that waits to be paid waits so long, seconds.
    static let pendingSeconds: Int64 = 23 * 3_600

    /// Invoices a change at once and collects; gives the subscription as it is then.
    func invoice(
        _ subscription: JSONObject, replacing before: JSONObject, lines: [InvoiceLine],
        reason: String = "subscription_update"
    ) throws(Refusal) -> JSONObject {
        var draft = InvoiceDraft(subscription: subscription, reason: reason, books: books, account: account)
        draft.lines = lines
        draft.takesPendingItems = true
        let starts = subscription.objects("items", "data").compactMap { $0.whole("current_period_start") }
        let now = books.now(on: subscription.text("test_clock"))
        draft.period = (starts.min() ?? now, now)
        let invoice = draft.write()
        books.update(subscription.id, event: "customer.subscription.updated") {
            $0["latest_invoice"] = .string(invoice.id)
        }
        try collect(invoice.id, of: subscription.id, replacing: before)
        return books.find(subscription.id) ?? subscription
    }

    private func collect(_ invoice: String, of id: String, replacing before: JSONObject) throws(Refusal) {
        let engine = Engine(books: books, account: account)
        engine.finalize(invoice)
        guard let open = books.find(invoice), open.text("status") == "open" else { return }
        books.update(invoice, event: nil) { $0["auto_advance"] = true }
        if open.text("collection_method") == "send_invoice" {
            engine.send(invoice)
            return
        }
        let behavior = params.text("payment_behavior") ?? "allow_incomplete"
        if behavior == "default_incomplete" {
            books.update(id, event: "customer.subscription.updated") {
                if $0.text("status") == "active" { $0["status"] = "past_due" }
            }
            return
        }
        guard let refusal = engine.attempt(invoice, isAutomatic: true) else { return }
        if behavior == "error_if_incomplete" { throw refusal }
        if behavior == "pending_if_incomplete" { holdBack(id, invoice: invoice, before: before) }
    }

    /// The subscription stays as it was until the invoice is paid.
    private func holdBack(_ id: String, invoice: String, before: JSONObject) {
        guard let after = books.find(id) else { return }
        let now = books.now(on: before.text("test_clock"))
        books.update(invoice, event: nil) { invoice in
            invoice["next_payment_attempt"] = .null
            invoice["auto_advance"] = false
        }
        books.update(id, event: "customer.subscription.updated") { subscription in
            subscription = before
            subscription["latest_invoice"] = .string(invoice)
            subscription["pending_update"] = [
                "billing_cycle_anchor": after["billing_cycle_anchor"] == before["billing_cycle_anchor"]
                    ? .null : after["billing_cycle_anchor"] ?? .null,
                "discount": .null, "discounts": .null, "expires_at": .integer(now + Self.pendingSeconds),
                "metadata": .null, "prebilling_iterations": .null,
                "subscription_items": after.value("items", "data") ?? .null,
                "trial_end": after["trial_end"] == before["trial_end"] ? .null : after["trial_end"] ?? .null,
                "trial_from_plan": .null,
            ]
            subscription["_pending"] = .object(after)
        }
    }
}
