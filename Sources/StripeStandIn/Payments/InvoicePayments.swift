import HTTPTypes

/// Which payment intent paid which invoice.
enum InvoicePayments {
    static let operations = [
        Operation("GET /v1/invoice_payments", "invoice", list),
        Operation("GET /v1/invoice_payments/{invoice_payment}", "invoice", retrieve),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        var found = try filter.within(filter.equal(call.books.all("invoice_payment"), "invoice", "status"))
        if let intent = call.params.text("payment", "payment_intent") {
            found = found.filter { $0.text("payment", "payment_intent") == intent }
        }
        return .list(found)
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("invoice_payment", call.id))
    }
}
