import HTTPTypes

/// Collecting money for invoices.
extension Engine {
    /// The method an invoice is paid with: its own, the subscription's, the customer's, in this order.
    func paymentMethod(for invoice: JSONObject?, subscription: JSONObject?) -> JSONObject? {
        let customer = (invoice ?? subscription)?.text("customer").flatMap { books.find("customer", $0) }
        let ids = [
            invoice?.text("default_payment_method"), subscription?.text("default_payment_method"),
            customer?.text("invoice_settings", "default_payment_method"),
        ]
        // A detached method is as good as none.
        return ids.compactMap { $0.flatMap { books.find("payment_method", $0) } }.first {
            $0.text("customer") == customer?.id
        }
    }

    /// Tries to collect an open invoice; the refusal when that fails.
    func attempt(_ id: String, method given: JSONObject? = nil, isAutomatic: Bool, isOnSession: Bool = false)
        -> Refusal?
    {
        guard let invoice = books.find(id), invoice.text("status") == "open" else { return nil }
        let subscription = invoice.text("_subscription").flatMap { books.find("subscription", $0) }
        let method = given ?? paymentMethod(for: invoice, subscription: subscription)
        let count = invoice.whole("attempt_count") ?? 0
        books.update(id, event: nil) { invoice in
            invoice["attempted"] = true
            // Only Stripe's own retries count on; whoever else tries first is the first attempt.
            invoice["attempt_count"] = .integer(isAutomatic ? count + 1 : max(1, count))
        }
        let refusal = refusal(for: method, isOnSession: isOnSession)
        let intent = invoice.text("_payment_intent")
        if let method, let intent { charge(intent, with: method, refusal: refusal) }
        if let refusal {
            fail(id, refusal, isAutomatic: isAutomatic || count == 0)
            return refusal
        }
        markPaid(id, outOfBand: false)
        return nil
    }

    private func refusal(for method: JSONObject?, isOnSession: Bool) -> Refusal? {
        guard let method else { return Engine.noPaymentMethod }
        let behaviour = PaymentMethods.card(of: method)?.atCharge ?? .succeeds
        return behaviour == .asksOwner && isOnSession ? nil : TestCard.refusal(for: behaviour)
    }

    /// Nothing to charge.
    static let noPaymentMethod = Refusal(
        status: 400, code: "resource_missing",
        message:
            "This customer has no attached payment source or default payment method. Please consider adding a default "
            + "payment method. For more information, visit "
            + "https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.")

    // MARK: Payment intents and charges

    /// The payment intent and the invoice payment of an invoice that has something to collect.
    func openPayment(of invoice: JSONObject) {
        let clock = invoice.text("test_clock")
        var intent = books.blank("payment_intent", prefix: "pi")
        intent["created"] = .integer(books.now(on: clock))
        intent["amount"] = invoice["amount_due"] ?? 0
        intent["client_secret"] = .string("\(intent.id)_secret_\(Identifier.random(25))")
        intent["currency"] = invoice["currency"] ?? "usd"
        intent["customer"] = invoice["customer"] ?? .null
        intent["payment_method_types"] = ["card"]
        intent["setup_future_usage"] = invoice.text("_subscription") == nil ? .null : "off_session"
        intent["status"] = "requires_payment_method"
        intent["_invoice"] = .string(invoice.id)
        var payment = books.blank("invoice_payment", prefix: "inpay")
        payment["created"] = intent["created"]
        payment["amount_requested"] = invoice["amount_due"] ?? 0
        payment["currency"] = invoice["currency"] ?? "usd"
        payment["invoice"] = .string(invoice.id)
        payment["is_default"] = true
        payment["payment"] = ["type": "payment_intent", "payment_intent": .string(intent.id)]
        payment["status"] = "open"
        books.update(invoice.id, event: nil) { $0["_payment_intent"] = .string(intent.id) }
        books.insert(intent, event: "payment_intent.created")
        books.put(payment)
    }

    /// Cancels what would have paid a voided invoice.
    func cancelPayment(of invoice: JSONObject) {
        guard let intent = invoice.text("_payment_intent"), books.find(intent) != nil else { return }
        let now = books.now(on: invoice.text("test_clock"))
        let canceled = books.update(intent, event: nil) { intent in
            intent["status"] = "canceled"
            intent["canceled_at"] = .integer(now)
            intent["cancellation_reason"] = "void_invoice"
        }
        books.emit("payment_intent.canceled", canceled)
        for payment in books.all("invoice_payment") where payment.text("invoice") == invoice.id {
            books.update(payment.id, event: nil) { payment in
                payment["status"] = "canceled"
                payment.set("status_transitions", "canceled_at", to: .integer(now))
            }
        }
    }

    private func charge(_ id: String, with method: JSONObject, refusal: Refusal?) {
        guard let intent = books.find(id) else { return }
        let clock = intent.text("_invoice").flatMap { books.find($0)?.text("test_clock") }
        var charge = books.blank("charge", prefix: "ch")
        charge["created"] = .integer(books.now(on: clock))
        charge.copy(["amount", "currency", "customer"], from: intent)
        charge["payment_intent"] = .string(id)
        charge["payment_method"] = .string(method.id)
        charge["payment_method_details"] = ["type": "card", "card": method["card"] ?? .null]
        charge["billing_details"] = method["billing_details"] ?? [:]
        charge["captured"] = .bool(refusal == nil)
        charge["paid"] = .bool(refusal == nil)
        charge["status"] = refusal == nil ? "succeeded" : "failed"
        charge["failure_code"] = .of(refusal?.code)
        charge["failure_message"] = .of(refusal?.message)
        charge["amount_captured"] = refusal == nil ? intent["amount"] ?? 0 : 0
        charge["outcome"] = [
            "advice_code": .null, "network_advice_code": .null, "network_decline_code": .null,
            "network_status": refusal == nil ? "approved_by_network" : "declined_by_network",
            "reason": .of(refusal?.declineCode), "risk_level": "normal", "risk_score": 32,
            "seller_message": .string(refusal?.message ?? "Payment complete."),
            "type": refusal == nil ? "authorized" : "issuer_declined",
        ]
        books.insert(charge, event: refusal == nil ? "charge.succeeded" : "charge.failed")
        let asks = refusal?.code == "authentication_required"
        let changed = books.update(id, event: nil) { intent in
            intent["latest_charge"] = .string(charge.id)
            if let refusal {
                var error = refusal.body.objectValue?.object("error") ?? [:]
                error["charge"] = .string(charge.id)
                error["payment_method"] = .object(method.visible)
                intent["last_payment_error"] = .object(error)
                intent["status"] = asks ? "requires_action" : "requires_payment_method"
                intent["next_action"] = asks ? ["type": "use_stripe_sdk", "use_stripe_sdk": [:]] : .null
            } else {
                intent["status"] = "succeeded"
                intent["amount_received"] = intent["amount"]
                intent["payment_method"] = .string(method.id)
                intent["last_payment_error"] = .null
                intent["next_action"] = .null
            }
        }
        let failed = asks ? "payment_intent.requires_action" : "payment_intent.payment_failed"
        books.emit(refusal == nil ? "payment_intent.succeeded" : failed, changed)
    }
}
