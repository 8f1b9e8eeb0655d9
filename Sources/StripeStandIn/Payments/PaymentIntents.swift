import HTTPTypes

/// Payment intents, made by invoices only.
enum PaymentIntents {
    static let operations = [
        Operation("GET /v1/payment_intents", "payment_intent", list),
        Operation("GET /v1/payment_intents/{intent}", "payment_intent", retrieve),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("payment_intent"), "customer")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("payment_intent", call.id, noun: "payment_intent", param: "id"))
    }
}
