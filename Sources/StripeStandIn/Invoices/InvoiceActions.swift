import HTTPTypes

/// Finalize, pay, send, void, write off.
enum InvoiceActions {
    static let operations = [
        Operation("POST /v1/invoices/{invoice}/finalize", "invoice", finalize),
        Operation("POST /v1/invoices/{invoice}/pay", "invoice", pay),
        Operation("POST /v1/invoices/{invoice}/send", "invoice", send),
        Operation("POST /v1/invoices/{invoice}/void", "invoice", void),
        Operation("POST /v1/invoices/{invoice}/mark_uncollectible", "invoice", markUncollectible),
    ]

    private static func finalize(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("invoice", call.id)
        guard found.text("status") == "draft" else {
            throw .invalid(
                "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
                code: "invoice_not_editable")
        }
        try checkTax(found, call)
        if let advances = call.params.value("auto_advance")?.boolValue {
            call.books.update(found.id, event: nil) { $0["auto_advance"] = .bool(advances) }
        }
        let engine = Engine(books: call.books, account: call.account)
        engine.finalize(found.id)
        let open = call.books.find(found.id) ?? found
        // With auto_advance Stripe collects about an hour later; the draft's hour stands for it here.
        if open.text("status") == "open", open.flag("auto_advance"), open.text("collection_method") != "send_invoice" {
            let now = call.books.now(on: open.text("test_clock"))
            call.books.update(found.id, event: nil) {
                $0["next_payment_attempt"] = .integer(now + call.world.policy.draftSeconds)
            }
        }
        return .object(call.books.find(found.id) ?? found)
    }

    private static func checkTax(_ invoice: JSONObject, _ call: Call) throws(Refusal) {
        let (books, account) = (call.books, call.account)
        guard invoice.flag("automatic_tax", "enabled"), let customer = books.find(invoice.text("customer") ?? "") else {
            return
        }
        guard !CustomerTax.isLocated(customer) else { return }
        Engine(books: books, account: account).failFinalization(of: invoice.id)
        throw CustomerTax.unknownLocation("automatic_tax")
    }

    private static func pay(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("invoice", call.id)
        if call.params["source"] != nil || call.params["mandate"] != nil {
            throw .unsupported("paying by source or mandate", param: "source")
        }
        let engine = Engine(books: call.books, account: call.account)
        switch found.text("status") {
        case "paid": throw .invalid("Invoice is already paid")
        case "void": throw .invalid("Invoice is voided, it can't be paid.", code: "status_transition_invalid")
        case "draft":
            try checkTax(found, call)
            engine.finalize(found.id)
        case "uncollectible": call.books.update(found.id, event: nil) { $0["status"] = "open" }
        default: break
        }
        if call.books.find(found.id)?.text("status") == "paid" { return .object(call.books.find(found.id) ?? found) }
        if call.params.flag("paid_out_of_band") {
            engine.markPaid(found.id, outOfBand: true)
            return .object(call.books.find(found.id) ?? found)
        }
        var method: JSONObject?
        if let id = call.params.text("payment_method") {
            let resolved = try PaymentMethods.resolve(id, in: call.books)
            if let owner = resolved.text("customer"), owner != found.text("customer") {
                throw .invalid(
                    "The payment method you provided belongs to another customer.", param: "payment_method",
                    code: "payment_method_unexpected_state")
            }
            call.books.put(resolved)
            method = resolved
        }
        let offSession = call.params.value("off_session")?.boolValue ?? true
        if var refusal = engine.attempt(found.id, method: method, isAutomatic: false) {
            if refusal.code == "authentication_required", !offSession { refusal = requiresAction }
            if let intent = call.books.find(found.id)?.text("_payment_intent"), let object = call.books.find(intent) {
                refusal.extra["payment_intent"] = .object(object.visible)
            }
            throw refusal
        }
        return .object(call.books.find(found.id) ?? found)
    }

    private static let requiresAction = Refusal(
        status: 402, code: "invoice_payment_intent_requires_action",
        message:
            "Payment for this invoice requires additional user action before it can be completed successfully. "
            + "Payment can be completed using the PaymentIntent associated with the invoice.")

    private static func send(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("invoice", call.id)
        guard found.text("collection_method") == "send_invoice" else {
            throw .invalid("You can only manually send an invoice if its collection method is 'send_invoice'.")
        }
        guard found.text("customer_email") != nil || customerEmail(found, in: call.books) != nil else {
            throw Invoices.missingEmail
        }
        let engine = Engine(books: call.books, account: call.account)
        switch found.text("status") {
        case "draft":
            try checkTax(found, call)
            engine.finalize(found.id)
        case "open": break
        default:
            throw .invalid(
                "Invoices with a status of \(found.text("status") ?? "") can't be sent.",
                code: "status_transition_invalid")
        }
        engine.send(found.id)
        return .object(call.books.find(found.id) ?? found)
    }

    private static func customerEmail(_ invoice: JSONObject, in books: Books) -> String? {
        books.find(invoice.text("customer") ?? "")?.text("email")
    }

    private static func void(_ call: Call) throws(Refusal) -> Answer {
        let found = try movable(call, to: "voided")
        Engine(books: call.books, account: call.account).void(found.id)
        return .object(call.books.find(found.id) ?? found)
    }

    private static func markUncollectible(_ call: Call) throws(Refusal) -> Answer {
        let found = try movable(call, to: "marked as uncollectible")
        Engine(books: call.books, account: call.account).markUncollectible(found.id)
        return .object(call.books.find(found.id) ?? found)
    }

    private static func movable(_ call: Call, to what: String) throws(Refusal) -> JSONObject {
        let found = try call.books.require("invoice", call.id)
        guard ["open", "uncollectible"].contains(found.text("status")) else {
            throw .invalid(
                "You can only pass in open invoices. This invoice isn't open, so it can't be \(what).",
                code: "status_transition_invalid")
        }
        return found
    }
}
