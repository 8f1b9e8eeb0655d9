import HTTPTypes

/// Credit notes: a final invoice made smaller, or its money given back.
enum CreditNotes {
    static let operations = [
        Operation("GET /v1/credit_notes", "credit_note", list),
        Operation("POST /v1/credit_notes", "credit_note", create),
        Operation("GET /v1/credit_notes/preview", "credit_note", preview),
        Operation("GET /v1/credit_notes/{id}", "credit_note", retrieve),
        Operation("POST /v1/credit_notes/{id}/void", "credit_note", void),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("credit_note"), "customer", "invoice")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("credit_note", call.id, noun: "credit note"))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.attempt { () throws(Refusal) -> JSONObject in try CreditNoteIssue(call).perform() })
    }

    private static func preview(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.rehearse { () throws(Refusal) -> JSONObject in try CreditNoteIssue(call).perform() })
    }

    private static func void(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("credit_note", call.id, noun: "credit note")
        let invoice = found.text("invoice").flatMap { call.books.find("invoice", $0) } ?? [:]
        guard found.text("status") == "issued", found.text("type") == "pre_payment", invoice.text("status") == "open"
        else {
            throw .invalid(
                "You can only void a credit note whose invoice is open and that was issued before its payment.",
                code: "status_transition_invalid")
        }
        CreditNoteIssue.reduce(invoice, by: -(found.whole("total") ?? 0), in: call.books)
        let voided = call.books.update(found.id, event: nil) { note in
            note["status"] = "void"
            note["voided_at"] = .integer(call.books.now(on: invoice.text("test_clock")))
        }
        call.books.emit("credit_note.voided", voided)
        return .object(voided)
    }
}
