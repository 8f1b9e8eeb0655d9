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
        if let method, let intent {
            Charging(books: books).charge(intent, with: method, refusal: refusal, waitsForOwner: true)
        }
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
}
