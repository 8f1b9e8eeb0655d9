import HTTPTypes

/// A customer's balance and every change of it: below nothing it is credit, above it is owed.
enum CustomerBalance {
    static let operations = [
        Operation("GET /v1/customers/{customer}/balance_transactions", "customer", list),
        Operation("POST /v1/customers/{customer}/balance_transactions", "customer", create),
    ]

    private static let kind = "customer_balance_transaction"

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id)
        return .list(call.books.all(kind).filter { $0.text("customer") == customer.id })
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id)
        let currency = try Currency.check(call.params.text("currency") ?? "")
        if let known = customer.text("currency"), known != currency {
            throw .invalid(
                "You cannot combine currencies on a single customer. This customer has had a transaction with "
                    + "currency \(known).", param: "currency")
        }
        let amount = call.params.whole("amount") ?? 0
        guard amount != 0 else { throw .invalid("Invalid amount: must not be zero.", param: "amount") }
        var fields: JSONObject = ["description": .of(call.params.text("description"))]
        fields["metadata"] = .object(Metadata.merged(nil, with: call.params["metadata"]))
        fields["currency"] = .string(currency)
        return .object(add(amount, to: customer.id, type: "adjustment", fields, in: call.books))
    }

    /// Changes a customer's balance and writes down why.
    @discardableResult
    static func add(
        _ amount: Int64, to id: String, type: String, _ fields: JSONObject, in books: Books
    ) -> JSONObject {
        let customer = books.find("customer", id) ?? [:]
        let after = (customer.whole("balance") ?? 0) + amount
        var transaction = books.blank(kind, prefix: "cbtxn", clock: customer.text("test_clock"))
        transaction.remove("test_clock")
        transaction["amount"] = .integer(amount)
        transaction["customer"] = .string(id)
        transaction["currency"] = customer.value("currency") ?? "usd"
        transaction["ending_balance"] = .integer(after)
        transaction["type"] = .string(type)
        for (name, value) in fields { transaction[name] = value }
        books.insert(transaction, event: "customer_balance_transaction.created")
        books.update(id, event: "customer.updated") { customer in
            customer["balance"] = .integer(after)
            if customer.value("currency") == nil { customer["currency"] = transaction["currency"] ?? .null }
        }
        return transaction
    }
}
