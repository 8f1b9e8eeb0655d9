import HTTPTypes

/// What a client does with a card on a page, without a browser.
struct ControlCards {
    /// The stand-in.
    let world: World

    /// `POST /_stand_in/checkout/{session}`:
    /// `{"card": "4242…", "authenticate": true, "delayed": false, "address": {}}`.
    func completeSession(_ id: String, _ body: JSONObject) throws -> JSON {
        guard let books = world.books(holding: id), let session = books.find("checkout.session", id) else {
            throw Control.Complaint(message: "no such session", status: 404)
        }
        guard session.text("status") == "open" else {
            throw Control.Complaint(message: "the session is \(session.text("status") ?? "")", status: 409)
        }
        guard let card = TestCard.of(number: body.text("card") ?? "4242424242424242") else {
            throw PaymentMethods.incorrectNumber
        }
        // A robot has nobody to ask twice: a card that asks its owner is answered yes unless told otherwise.
        let asks = card.atSetup == .asksOwner || card.atCharge == .asksOwner
        let outcome = CheckoutSessions.complete(
            id, method: PaymentMethods.make(card, in: books),
            authenticated: asks ? body.value("authenticate")?.boolValue ?? true : nil,
            isDelayed: body.flag("delayed"), address: body.value("address"), in: books)
        let after = books.find(id) ?? session
        if case .declined(let refusal) = outcome {
            return ["status": after["status"] ?? .null, "declined": refusal.body.objectValue?["error"] ?? .null]
        }
        return [
            "status": after["status"] ?? .null, "payment_status": after["payment_status"] ?? .null,
            "payment_intent": after["payment_intent"] ?? .null, "subscription": after["subscription"] ?? .null,
            "invoice": after["invoice"] ?? .null, "setup_intent": after["setup_intent"] ?? .null,
            "payment_method": books.find(after.text("setup_intent") ?? "")?["payment_method"] ?? .null,
        ]
    }

    /// `POST /_stand_in/invoices/{invoice}/pay`: the client pays on the hosted page.
    func payInvoice(_ id: String, _ body: JSONObject) throws -> JSON {
        guard let books = world.books(holding: id), let invoice = books.find("invoice", id) else {
            throw Control.Complaint(message: "no such invoice", status: 404)
        }
        guard let card = TestCard.of(number: body.text("card") ?? "4242424242424242") else {
            throw PaymentMethods.incorrectNumber
        }
        guard invoice.text("status") == "open" else {
            throw Control.Complaint(message: "the invoice is \(invoice.text("status") ?? "")", status: 409)
        }
        if let refusal = HostedInvoice.pay(invoice, with: card, in: books, world: world) { throw refusal }
        return .object((books.find(id) ?? invoice).visible)
    }
}
