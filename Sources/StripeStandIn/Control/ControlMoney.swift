import HTTPTypes

/// What banks and card owners do: disputes, refunds that fail, payments that take time, payouts.
struct ControlMoney {
    /// The stand-in.
    let world: World

    /// `POST /_stand_in/{charges|disputes|refunds|payment_intents|setup_intents|payouts}/{id}[/action]`.
    func answer(_ kind: String, _ id: String, _ action: String?, _ body: JSONObject) throws -> JSON {
        guard let books = world.books(holding: id) else {
            throw Control.Complaint(message: "no such object: \(id)", status: 404)
        }
        world.isDirty = true
        switch (kind, action) {
        case ("charges", "dispute"):
            let reason = body.text("reason") ?? "fraudulent"
            return try shown(Disputes.open(id, reason: reason, amount: body.whole("amount"), in: books))
        case ("disputes", nil):
            return try shown(Disputes.move(id, to: body.text("status") ?? "", in: books))
        case ("refunds", nil):
            let reason = body.text("failure_reason")
            return try shown(Refunds.settle(id, as: body.text("status") ?? "", reason: reason, in: books))
        case ("payment_intents", nil): return try settle(id, body, books)
        case ("setup_intents", nil): return try authenticateSetup(id, body, books)
        case ("payouts", nil):
            return try shown(
                Payouts.move(
                    id, to: body.text("status") ?? "", failureCode: body.text("failure_code"), in: books))
        default: throw Control.Complaint(message: "no such action on \(kind): \(action ?? "")", status: 404)
        }
    }

    private func shown(_ object: JSONObject?) throws -> JSON {
        guard let object else {
            throw Control.Complaint(message: "the object is in no state for this, or the status is none", status: 409)
        }
        return .object(object.visible)
    }

    /// `{"authenticate": true}` for an intent that waits for its owner, `{"status": "succeeded"|"failed"}` for one that
    /// is processing.
    private func settle(_ id: String, _ body: JSONObject, _ books: Books) throws -> JSON {
        guard let intent = books.find("payment_intent", id), let method = method(of: intent, books) else {
            throw Control.Complaint(message: "the intent has no payment method", status: 409)
        }
        if let word = body.value("authenticate")?.boolValue, intent.text("status") == "requires_action" {
            _ = Confirmation(books: books).confirm(id, with: method, isOffSession: false, authenticated: word)
        } else if let status = body.text("status"), intent.text("status") == "processing" {
            DelayedPayment(books: books).settle(id, with: method, succeeded: status == "succeeded")
        } else {
            throw Control.Complaint(message: "the intent is \(intent.text("status") ?? "")", status: 409)
        }
        return try shown(books.find(id))
    }

    private func authenticateSetup(_ id: String, _ body: JSONObject, _ books: Books) throws -> JSON {
        guard let intent = books.find("setup_intent", id), intent.text("status") == "requires_action",
            let method = method(of: intent, books)
        else { throw Control.Complaint(message: "the intent does not wait for its owner", status: 409) }
        _ = SetupIntents.confirm(
            id, with: method, authenticated: body.value("authenticate")?.boolValue ?? true, in: books)
        return try shown(books.find(id))
    }

    private func method(of intent: JSONObject, _ books: Books) -> JSONObject? {
        intent.text("payment_method").flatMap { books.find("payment_method", $0) }
    }
}
