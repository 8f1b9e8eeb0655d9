import HTTPTypes

/// Invoices in the course of time: draft, open, paid, void, uncollectible.
extension Engine {
    /// Does what is due for an invoice at the moment.
    func passTime(ofInvoice invoice: JSONObject, at now: Int64) {
        switch invoice.text("status") {
        case "draft":
            guard let moment = invoice.whole("automatically_finalizes_at"), moment <= now else { return }
            if refresh(draft: invoice.id)?.text("automatic_tax", "status") == "requires_location_inputs" {
                failFinalization(of: invoice.id)
                return
            }
            finalize(invoice.id)
            if books.find(invoice.id)?.flag("auto_advance") == true { advance(invoice: invoice.id) }
        case "open":
            if let moment = invoice.whole("next_payment_attempt"), moment <= now {
                _ = attempt(invoice.id, isAutomatic: true)
            } else if let due = invoice.whole("due_date"), due <= now, !invoice.flag("_overdue") {
                becomeOverdue(invoice)
            }
        default: return
        }
    }

    /// What Stripe does by itself right after finalization: collect, or send the mail.
    func advance(invoice id: String) {
        guard let invoice = books.find(id), invoice.text("status") == "open" else { return }
        if invoice.text("collection_method") == "send_invoice" {
            send(id)
        } else {
            _ = attempt(id, isAutomatic: true)
        }
    }

    /// Makes a draft final: number, URLs, and a payment intent for what is due. Nothing due means paid.
    func finalize(_ id: String) {
        guard let draft = refresh(draft: id), draft.text("status") == "draft" else { return }
        let now = books.now(on: draft.text("test_clock"))
        let due = draft.whole("amount_due") ?? 0
        var number: String?
        if draft.value("number") == nil { number = takeNumber(of: draft.text("customer") ?? "") }
        useCredit(of: draft)
        let token = Identifier.random(40)
        let open = books.update(id, event: nil) { invoice in
            if let number { invoice["number"] = .string(number) }
            invoice["status"] = "open"
            invoice["automatically_finalizes_at"] = .null
            invoice["last_finalization_error"] = .null
            invoice["effective_at"] = invoice.value("effective_at") ?? .integer(now)
            invoice.set("status_transitions", "finalized_at", to: .integer(now))
            invoice["webhooks_delivered_at"] = .integer(now)
            let url = "\(books.world.policy.publicURL)/invoice/\(account.id)/\(id)_\(token)"
            invoice["_token"] = .string(token)
            invoice["hosted_invoice_url"] = .string(url)
            invoice["invoice_pdf"] = .string(url + "/pdf")
            invoice["ending_balance"] = .integer(
                min(0, (invoice.whole("total") ?? 0) + (invoice.whole("starting_balance") ?? 0)))
        }
        // What Checkout sold was paid before there was an invoice.
        if due > 0, open.text("_payment_intent") == nil { openPayment(of: open) }
        endDiscounts(of: open)
        if let opened = books.find(id) { books.emit("invoice.finalized", opened) }
        if due == 0 { markPaid(id, outOfBand: false) }
    }

    private func takeNumber(of customer: String) -> String {
        let found = books.find("customer", customer)
        let prefix = found?.text("invoice_prefix") ?? "STANDIN1"
        let next = found?.whole("next_invoice_sequence") ?? 1
        if found != nil { books.update(customer, event: nil) { $0["next_invoice_sequence"] = .integer(next + 1) } }
        let digits = String(next)
        return prefix + "-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private func useCredit(of invoice: JSONObject) {
        let balance = invoice.whole("starting_balance") ?? 0
        guard balance != 0 || (invoice.whole("total") ?? 0) < 0, let customer = invoice.text("customer"),
            books.find(customer) != nil
        else { return }
        let after = min(0, balance + (invoice.whole("total") ?? 0))
        guard after != balance else { return }
        CustomerBalance.add(
            after - balance, to: customer, type: "applied_to_invoice",
            ["invoice": .string(invoice.id), "currency": invoice["currency"] ?? "usd"], in: books)
    }

    /// A discount that was good for one invoice ends with it.
    private func endDiscounts(of invoice: JSONObject) {
        for id in invoice.list("discounts").compactMap(\.stringValue) {
            guard let discount = books.find("discount", id), discount.value("_once")?.boolValue == true,
                let subscription = discount.text("subscription")
            else { continue }
            books.update(subscription, event: "customer.subscription.updated") { subscription in
                subscription["discounts"] = .array(subscription.list("discounts").filter { $0 != .string(id) })
            }
            books.emit("customer.discount.deleted", discount)
        }
    }

    /// Tells that a draft cannot be final because its customer's place is unknown; it waits for an address, and the
    /// subscription goes on without tax.
    func failFinalization(of id: String) {
        let refusal = CustomerTax.unknownLocation("automatic_tax")
        let failed = books.update(id, event: nil) { invoice in
            invoice["last_finalization_error"] = refusal.body.objectValue?["error"] ?? .null
            invoice["automatically_finalizes_at"] = .null
            invoice.set("automatic_tax", "status", to: "requires_location_inputs")
            invoice.set("automatic_tax", "disabled_reason", to: "finalization_requires_location_inputs")
        }
        books.emit("invoice.finalization_failed", failed)
        guard let subscription = failed.text("_subscription"), books.find(subscription) != nil else { return }
        books.update(subscription, event: "customer.subscription.updated") { subscription in
            subscription.set("automatic_tax", "enabled", to: false)
            subscription.set("automatic_tax", "disabled_reason", to: "requires_location_inputs")
        }
    }

    /// Mails the invoice; test mode only says so.
    func send(_ id: String) {
        guard let invoice = books.find(id) else { return }
        books.world.mails.append([
            "account": .string(account.id), "to": invoice["customer_email"] ?? .null, "invoice": .string(id),
            "url": invoice["hosted_invoice_url"] ?? .null, "at": .integer(books.world.now),
        ])
        if books.world.mails.count > 1_000 { books.world.mails.removeFirst(500) }
        books.emit("invoice.sent", invoice)
    }

    /// Cancels an open invoice.
    func void(_ id: String) {
        close(id, as: "void", at: "voided_at", event: "invoice.voided")
    }

    /// Writes an open invoice off.
    func markUncollectible(_ id: String) {
        close(id, as: "uncollectible", at: "marked_uncollectible_at", event: "invoice.marked_uncollectible")
    }

    private func close(_ id: String, as status: String, at moment: String, event: String) {
        guard let invoice = books.find(id), ["open", "uncollectible"].contains(invoice.text("status")) else { return }
        let now = books.now(on: invoice.text("test_clock"))
        let closed = books.update(id, event: nil) { invoice in
            invoice["status"] = .string(status)
            invoice["auto_advance"] = false
            invoice["next_payment_attempt"] = .null
            invoice.set("status_transitions", moment, to: .integer(now))
            if status == "void" { invoice["amount_remaining"] = 0 }
        }
        if status == "void" { cancelPayment(of: closed) }
        books.emit(event, closed)
    }

    private func becomeOverdue(_ invoice: JSONObject) {
        let overdue = books.update(invoice.id, event: nil) { $0["_overdue"] = true }
        books.emit("invoice.overdue", overdue)
        guard let subscription = invoice.text("_subscription"), books.find(subscription)?.text("status") == "active"
        else {
            return
        }
        books.update(subscription, event: "customer.subscription.updated") { $0["status"] = "past_due" }
    }
}
