import HTTPTypes

/// The end of a session in payment mode: a payment intent, and an invoice when the session asks for one.
struct CheckoutPayment {
    /// The books of the session.
    let books: Books

    /// What was typed into the page.
    struct Typed {
        /// The card.
        let method: JSONObject
        /// The owner's word, once asked.
        var authenticated: Bool?
        /// A payment that takes days, as bank debits do.
        var isDelayed = false
        /// Address, where the page asks.
        var address: JSON?
    }

    /// Charges what was typed.
    func complete(_ id: String, _ typed: Typed) -> SetupIntents.Outcome {
        guard let session = books.find(id) else { return .succeeded }
        let data = session.object("_payment_intent_data") ?? [:]
        let isInvoiced = session.flag("invoice_creation", "enabled")
        let customer = CheckoutPurchase.customer(
            of: session,
            isNeeded: isInvoiced || session.text("customer_creation") == "always"
                || data.text("setup_future_usage") != nil,
            address: typed.address, in: books)
        books.update(id, event: nil) { session in
            session["customer"] = .of(customer)
            CheckoutLines(of: session, in: books).total(&session)
        }
        let total = books.find(id)?.whole("amount_total") ?? 0
        guard total > 0 else {
            invoice(id)
            CheckoutPurchase.finish(
                id, customer: customer, paymentStatus: "no_payment_required", address: typed.address, in: books)
            return .succeeded
        }
        let intent = intent(of: id, amount: total, customer: customer)
        if typed.isDelayed {
            DelayedPayment(books: books).begin(intent, with: typed.method)
            CheckoutPurchase.finish(
                id, customer: customer, paymentStatus: "unpaid", address: typed.address, in: books)
            return .succeeded
        }
        let refusal = Confirmation(books: books).confirm(
            intent, with: typed.method, isOffSession: false, authenticated: typed.authenticated)
        if let refusal { return .declined(refusal) }
        if books.find(intent)?.text("status") == "requires_action" { return .asksOwner }
        invoice(id)
        CheckoutPurchase.finish(id, customer: customer, paymentStatus: "paid", address: typed.address, in: books)
        return .succeeded
    }

    /// The bank's answer to a payment that took days.
    func settle(_ id: String, succeeded: Bool) {
        if succeeded { invoice(id) }
        let session = books.update(id, event: nil) { session in
            if succeeded { session["payment_status"] = "paid" }
        }
        books.emit("checkout.session.async_payment_\(succeeded ? "succeeded" : "failed")", session)
    }

    /// The session's payment intent; one serves all tries.
    private func intent(of id: String, amount: Int64, customer: String?) -> String {
        let session = books.find(id) ?? [:]
        if let known = session.text("payment_intent"), books.find(known) != nil {
            books.update(known, event: nil) { $0["amount"] = .integer(amount) }
            return known
        }
        let data = session.object("_payment_intent_data") ?? [:]
        var intent = PaymentIntents.make(amount: amount, currency: session.text("currency") ?? "usd", in: books)
        intent.copy(
            [
                "description", "receipt_email", "setup_future_usage", "statement_descriptor",
                "statement_descriptor_suffix", "application_fee_amount", "transfer_group",
            ], from: data)
        intent["customer"] = .of(customer)
        intent["metadata"] = .object(Metadata.merged(nil, with: data["metadata"]))
        if session.flag("_on_behalf") { intent["application"] = "ca_standin" }
        books.update(id, event: nil) { $0["payment_intent"] = .string(intent.id) }
        books.insert(intent, event: "payment_intent.created")
        return intent.id
    }

    /// The invoice of what was paid: it comes out paid, by the session's payment intent.
    private func invoice(_ id: String) {
        guard let session = books.find(id), session.flag("invoice_creation", "enabled"),
            let customer = session.text("customer").flatMap({ books.find("customer", $0) }),
            let account = books.world.accounts[books.account]
        else { return }
        let data = session.object("_invoice_data") ?? [:]
        var draft = InvoiceDraft(customer: customer, reason: "manual", books: books, account: account)
        let items = CheckoutLines(of: session, in: books).items(
            customer: customer.id, invoice: nil, now: books.now(on: customer.text("test_clock")))
        draft.lines = items.map { InvoiceLine.of(invoiceItem: $0) }
        draft.fields["currency"] = session["currency"] ?? "usd"
        draft.fields["metadata"] = data["metadata"] ?? [:]
        draft.fields.copy(["description", "footer", "custom_fields"], from: data)
        if session.flag("automatic_tax", "enabled") {
            draft.fields["automatic_tax"] = [
                "disabled_reason": .null, "enabled": true, "liability": ["type": "self"], "provider": .null,
                "status": .null,
            ]
        }
        let invoice = draft.write()
        for var item in items {
            item["invoice"] = .string(invoice.id)
            books.put(item)
        }
        if let intent = session.text("payment_intent") { pay(invoice, by: intent) }
        Engine(books: books, account: account).finalize(invoice.id)
        if books.find(invoice.id)?.text("status") == "open" {
            Engine(books: books, account: account).markPaid(invoice.id, outOfBand: false)
        }
        books.update(id, event: nil) { $0["invoice"] = .string(invoice.id) }
    }

    /// Says that the intent is the invoice's payment, before the invoice is final: it then makes none of its own.
    private func pay(_ invoice: JSONObject, by intent: String) {
        var payment = books.blank("invoice_payment", prefix: "inpay")
        payment["created"] = invoice["created"] ?? 0
        payment["amount_requested"] = invoice["amount_due"] ?? 0
        payment["currency"] = invoice["currency"] ?? "usd"
        payment["invoice"] = .string(invoice.id)
        payment["is_default"] = true
        payment["payment"] = ["type": "payment_intent", "payment_intent": .string(intent)]
        payment["status"] = "open"
        books.put(payment)
        books.update(intent, event: nil) { $0["_invoice"] = .string(invoice.id) }
        books.update(invoice.id, event: nil) { $0["_payment_intent"] = .string(intent) }
    }
}
