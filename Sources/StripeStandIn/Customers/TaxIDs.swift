import HTTPTypes

/// Tax numbers of customers, checked for their shape only.
enum TaxIDs {
    static let operations = [
        Operation("GET /v1/customers/{customer}/tax_ids", "customer", list),
        Operation("POST /v1/customers/{customer}/tax_ids", "customer", create),
        Operation("DELETE /v1/customers/{customer}/tax_ids/{id}", "customer", delete),
    ]

    /// Most of one customer.
    private static let countMax = 5

    /// The tax numbers of a customer, newest first.
    static func all(of customer: String, in books: Books) -> [JSONObject] {
        books.all("tax_id").filter { $0.text("customer") == customer }
    }

    private static func list(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id, param: "customer")
        return .list(all(of: customer.id, in: call.books))
    }

    private static func create(_ call: Call) throws(Refusal) -> Answer {
        let customer = try call.books.require("customer", call.id)
        let type = call.params.text("type") ?? ""
        let value = call.params.text("value") ?? ""
        guard all(of: customer.id, in: call.books).count < countMax else {
            throw .invalid("A customer can have at most \(countMax) tax IDs.", param: "value")
        }
        let country = type.prefix { $0 != "_" }.uppercased()
        let isEuropean = type == "eu_vat"
        let letters = value.filter { $0.isLetter || $0.isNumber }
        let prefix = letters.prefix(2).uppercased()
        guard (4...20).contains(letters.count), letters.contains(where: \.isNumber),
            !isEuropean || prefix.allSatisfy(\.isLetter)
        else { throw .invalid("Invalid value for \(type).", param: "value", code: "tax_id_invalid") }
        var made = call.books.blank("tax_id", prefix: "txi")
        made["country"] = .string(isEuropean ? prefix : country)
        made["customer"] = .string(customer.id)
        made["owner"] = ["type": "customer", "customer": .string(customer.id), "customer_account": .null]
        made["type"] = .string(type)
        made["value"] = .string(value)
        made["verification"] = ["status": "pending", "verified_address": .null, "verified_name": .null]
        call.books.insert(made, event: "customer.tax_id.created")
        return .object(made)
    }

    private static func delete(_ call: Call) throws(Refusal) -> Answer {
        let found = try call.books.require("tax_id", call.path[1], noun: "tax_id")
        guard found.text("customer") == call.id else { throw .noSuch("tax_id", call.path[1]) }
        call.books.remove(found.id)
        call.books.emit("customer.tax_id.deleted", found)
        return .deleted(found)
    }
}
