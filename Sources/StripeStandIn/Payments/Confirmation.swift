import HTTPTypes

/// Confirming a payment intent: charge the card, ask its owner first, or fail.
struct Confirmation {
    /// The books the intent is in.
    let books: Books

    /// Charges the card; why it failed, or nil when it succeeded or its owner is asked. `authenticated` is the owner's
    /// word, once asked.
    func confirm(
        _ id: String, with method: JSONObject, isOffSession: Bool, authenticated: Bool? = nil
    ) -> Refusal? {
        guard let intent = books.find(id) else { return nil }
        if books.find(method.id) == nil { books.put(method) }
        let asks = asksOwner(method, of: intent, isOffSession: isOffSession)
        if asks, !isOffSession, authenticated == nil {
            ask(id, method)
            return nil
        }
        if asks, authenticated == false { return failAuthentication(id, method) }
        let behaviour = PaymentMethods.card(of: method)?.atCharge ?? .succeeds
        let refusal = authenticated == true && behaviour == .asksOwner ? nil : TestCard.refusal(for: behaviour)
        if refusal == nil { save(method, for: intent) }
        Charging(books: books).charge(id, with: method, refusal: refusal, waitsForOwner: false)
        return refusal
    }

    /// A card asks its owner every time, or only until it is saved.
    private func asksOwner(_ method: JSONObject, of intent: JSONObject, isOffSession: Bool) -> Bool {
        guard let card = PaymentMethods.card(of: method) else { return false }
        if card.atCharge == .asksOwner { return true }
        return card.atSetup == .asksOwner && method.text("customer") == nil && !isOffSession
    }

    private func ask(_ id: String, _ method: JSONObject) {
        let asking = books.update(id, event: nil) { intent in
            intent["status"] = "requires_action"
            intent["payment_method"] = .string(method.id)
            intent["next_action"] = [
                "type": "redirect_to_url",
                "redirect_to_url": [
                    "return_url": .null, "url": .string("\(books.world.policy.publicURL)/pay/authenticate/\(id)"),
                ],
            ]
        }
        books.emit("payment_intent.requires_action", asking)
    }

    private func failAuthentication(_ id: String, _ method: JSONObject) -> Refusal {
        let refusal = Refusal(
            status: 402, type: "card_error", code: "payment_intent_authentication_failure",
            message:
                "We are unable to authenticate your payment method. Please choose a different payment method and try "
                + "again.")
        let failed = books.update(id, event: nil) { Charging.fail(&$0, refusal, method: method, charge: nil) }
        books.emit("payment_intent.payment_failed", failed)
        return refusal
    }

    /// A card that is to be used again belongs to the customer from now on.
    private func save(_ method: JSONObject, for intent: JSONObject) {
        guard intent.text("setup_future_usage") != nil, let customer = intent.text("customer"),
            method.text("customer") == nil
        else { return }
        PaymentMethods.attach(method, to: customer, in: books)
    }
}
