import HTTPTypes

/// What follows from a payment that worked, and from one that did not.
extension Engine {
    /// An invoice is paid; its subscription is active again.
    func markPaid(_ id: String, outOfBand: Bool) {
        guard let before = books.find(id) else { return }
        let now = books.now(on: before.text("test_clock"))
        let due = before.whole("amount_due") ?? 0
        let paid = books.update(id, event: nil) { invoice in
            invoice["status"] = "paid"
            invoice["amount_paid"] = .integer(outOfBand ? 0 : due)
            invoice["amount_paid_off_stripe"] = .integer(outOfBand ? due : 0)
            invoice["amount_remaining"] = 0
            invoice["attempted"] = true
            invoice["auto_advance"] = false
            invoice["next_payment_attempt"] = .null
            invoice.set("status_transitions", "paid_at", to: .integer(now))
        }
        books.emit("invoice.paid", paid)
        books.emit("invoice.payment_succeeded", paid)
        for payment in books.all("invoice_payment")
        where payment.text("invoice") == id && payment.text("status") == "open" {
            let changed = books.update(payment.id, event: nil) { payment in
                payment["status"] = outOfBand ? "canceled" : "paid"
                payment["amount_paid"] = outOfBand ? .null : .integer(due)
                payment.set("status_transitions", outOfBand ? "canceled_at" : "paid_at", to: .integer(now))
            }
            if !outOfBand { books.emit("invoice_payment.paid", changed) }
        }
        setDelinquent(before.text("customer"), false)
        if let subscription = before.text("_subscription") {
            applyPendingUpdate(of: subscription, paid: id)
            revive(subscription, paid: paid)
        }
    }

    /// A payment failed: the next try is planned, or the last one was it.
    func fail(_ id: String, _ refusal: Refusal, isAutomatic: Bool) {
        guard let invoice = books.find(id) else { return }
        let now = books.now(on: invoice.text("test_clock"))
        let subscription = invoice.text("_subscription").flatMap { books.find("subscription", $0) }
        let isFirst = subscription?.text("status") == "incomplete"
        let isCollected =
            invoice.flag("auto_advance") && !isFirst && invoice.text("collection_method") != "send_invoice"
        var next: Int64?
        if isCollected {
            let tries = Int(invoice.whole("attempt_count") ?? 1)
            if isAutomatic {
                next = tries <= account.retryDays.count ? now + account.retryDays[tries - 1] * 86_400 : nil
            } else {
                next = invoice.whole("next_payment_attempt")
            }
        }
        let failed = books.update(id, event: nil) { $0["next_payment_attempt"] = .of(next) }
        books.emit("invoice.payment_failed", failed)
        if refusal.code == "authentication_required" { books.emit("invoice.payment_action_required", failed) }
        books.emit(
            "invoice.updated", failed, previous: ["next_payment_attempt": invoice["next_payment_attempt"] ?? .null])
        setDelinquent(invoice.text("customer"), true)
        guard let subscription, !isFirst, !Subscriptions.isEnded(subscription) else { return }
        if subscription.text("status") == "active" || subscription.text("status") == "trialing" {
            books.update(subscription.id, event: "customer.subscription.updated") { $0["status"] = "past_due" }
        }
        if isCollected, isAutomatic, next == nil { giveUp(subscription.id, invoice: id) }
    }

    private func giveUp(_ subscription: String, invoice: String) {
        books.update(invoice, event: "invoice.updated") { $0["auto_advance"] = false }
        switch account.finalOutcome {
        case .cancel: cancel(subscription, reason: "payment_failed")
        case .unpaid: books.update(subscription, event: "customer.subscription.updated") { $0["status"] = "unpaid" }
        case .pastDue: return
        }
    }

    private func revive(_ id: String, paid invoice: JSONObject) {
        guard let subscription = books.find(id) else { return }
        switch subscription.text("status") {
        case "incomplete", "past_due", "unpaid":
            // Another invoice that failed later keeps the subscription where it is.
            let isStillOwed = books.all("invoice").contains {
                $0.text("_subscription") == id && $0.text("status") == "open" && $0.id != invoice.id
                    && ($0.whole("created") ?? 0) > (invoice.whole("created") ?? 0)
            }
            if isStillOwed { return }
            let isTrial = (subscription.whole("trial_end") ?? 0) > books.now(on: subscription.text("test_clock"))
            books.update(id, event: "customer.subscription.updated") { $0["status"] = isTrial ? "trialing" : "active" }
        default: return
        }
    }

    private func setDelinquent(_ customer: String?, _ isDelinquent: Bool) {
        guard let customer, let found = books.find("customer", customer), found.flag("delinquent") != isDelinquent
        else { return }
        books.update(customer, event: "customer.updated") { $0["delinquent"] = .bool(isDelinquent) }
    }
}
