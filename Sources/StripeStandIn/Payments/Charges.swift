import HTTPTypes

/// Charges: every try of a card, good or bad.
enum Charges {
    static let operations = [
        Operation("GET /v1/charges", "charge", list), Operation("GET /v1/charges/{charge}", "charge", retrieve),
    ]

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let filter = ListFilter(params: call.params)
        return .list(try filter.within(filter.equal(call.books.all("charge"), "customer", "payment_intent")))
    }

    private static func retrieve(_ call: Call) throws(Refusal) -> Answer {
        .object(try call.books.require("charge", call.id))
    }
}
