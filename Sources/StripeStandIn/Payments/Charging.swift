import HTTPTypes

/// Charging a card for a payment intent: the charge, what Stripe keeps of it, and what the intent becomes.
struct Charging {
    /// The books the intent is in.
    let books: Books

    /// Writes down a try; `refusal` says why it failed. An intent whose card asks its owner waits for the owner when
    /// `waitsForOwner`, else it needs another card.
    @discardableResult
    func charge(
        _ id: String, with method: JSONObject, refusal: Refusal?, waitsForOwner: Bool
    ) -> JSONObject? {
        guard let intent = books.find(id) else { return nil }
        var charge = describe(intent, method, refusal)
        if refusal == nil {
            BalanceTransactions(books: books).enter(&charge)
            ApplicationFees.take(from: &charge, in: books)
        }
        books.insert(charge, event: refusal == nil ? "charge.succeeded" : "charge.failed")
        let waits = waitsForOwner && refusal?.code == "authentication_required"
        let changed = books.update(id, event: nil) { intent in
            intent["latest_charge"] = .string(charge.id)
            if let refusal {
                Charging.fail(&intent, refusal, method: method, charge: charge.id)
                if waits {
                    intent["status"] = "requires_action"
                    intent["next_action"] = ["type": "use_stripe_sdk", "use_stripe_sdk": [:]]
                }
            } else {
                intent["status"] = "succeeded"
                intent["amount_received"] = intent["amount"]
                intent["payment_method"] = .string(method.id)
                intent["last_payment_error"] = .null
                intent["next_action"] = .null
                intent["processing"] = .null
            }
        }
        let failed = waits ? "payment_intent.requires_action" : "payment_intent.payment_failed"
        books.emit(refusal == nil ? "payment_intent.succeeded" : failed, changed)
        if refusal == nil, PaymentMethods.card(of: method)?.isDisputed == true {
            Disputes.open(charge.id, reason: "fraudulent", amount: nil, in: books)
        }
        return charge
    }

    /// What an intent says after a try that failed: another card, please.
    static func fail(_ intent: inout JSONObject, _ refusal: Refusal, method: JSONObject, charge: String?) {
        var error = refusal.body.objectValue?.object("error") ?? [:]
        if let charge { error["charge"] = .string(charge) }
        error["payment_method"] = .object(method.visible)
        intent["last_payment_error"] = .object(error)
        intent["status"] = "requires_payment_method"
        intent["next_action"] = .null
        intent["processing"] = .null
    }

    private func describe(_ intent: JSONObject, _ method: JSONObject, _ refusal: Refusal?) -> JSONObject {
        let isPaid = refusal == nil
        var charge = books.blank("charge", prefix: "ch")
        charge["created"] = .integer(books.now(on: clock(of: intent)))
        charge.copy(
            [
                "amount", "currency", "customer", "description", "metadata", "receipt_email", "statement_descriptor",
                "statement_descriptor_suffix", "application", "application_fee_amount", "transfer_group",
            ], from: intent)
        charge["payment_intent"] = .string(intent.id)
        charge["payment_method"] = .string(method.id)
        charge["payment_method_details"] = ["type": "card", "card": method["card"] ?? .null]
        charge["billing_details"] = method["billing_details"] ?? [:]
        charge["captured"] = .bool(isPaid)
        charge["paid"] = .bool(isPaid)
        charge["status"] = isPaid ? "succeeded" : "failed"
        charge["failure_code"] = .of(refusal?.code)
        charge["failure_message"] = .of(refusal?.message)
        charge["amount_captured"] = isPaid ? intent["amount"] ?? 0 : 0
        charge["outcome"] = [
            "advice_code": .null, "network_advice_code": .null, "network_decline_code": .null,
            "network_status": isPaid ? "approved_by_network" : "declined_by_network",
            "reason": .of(refusal?.declineCode), "risk_level": "normal", "risk_score": 32,
            "seller_message": .string(refusal?.message ?? "Payment complete."),
            "type": isPaid ? "authorized" : "issuer_declined",
        ]
        return charge
    }

    /// The clock an intent lives by: its invoice's or its customer's.
    private func clock(of intent: JSONObject) -> String? {
        if let invoice = intent.text("_invoice") { return books.find(invoice)?.text("test_clock") }
        return intent.text("customer").flatMap { books.find("customer", $0)?.text("test_clock") }
    }
}
