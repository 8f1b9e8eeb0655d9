import HTTPTypes

/// Payments that take days, as bank debits do: processing first, the end told later.
struct DelayedPayment {
    /// The books the intent is in.
    let books: Books

    /// The bank has taken the order, and nothing else.
    func begin(_ id: String, with method: JSONObject) {
        if books.find(method.id) == nil { books.put(method) }
        let changed = books.update(id, event: nil) { intent in
            intent["status"] = "processing"
            intent["payment_method"] = .string(method.id)
            intent["processing"] = ["type": "card", "card": [:]]
        }
        books.emit("payment_intent.processing", changed)
    }

    /// The bank's answer. A Checkout session that waited for it tells so.
    func settle(_ id: String, with method: JSONObject, succeeded: Bool) {
        let refusal = succeeded ? nil : Self.failure
        Charging(books: books).charge(id, with: method, refusal: refusal, waitsForOwner: false)
        let sessions = books.all("checkout.session").filter {
            $0.text("payment_intent") == id && $0.text("status") == "complete"
        }
        for session in sessions {
            CheckoutPayment(books: books).settle(session.id, succeeded: succeeded)
        }
    }

    private static let failure = Refusal(
        status: 402, type: "card_error", code: "payment_intent_payment_attempt_failed",
        message: "The payment failed.", declineCode: "insufficient_funds")
}
