import HTTPTypes

/// Fields Stripe leaves out unless they are named in `expand`.
enum Includable {
    /// The value of such a field; nil when the object has no field of this kind.
    static func value(_ name: String, of object: JSONObject, in books: Books) -> JSON? {
        switch (object.kind, name) {
        case ("invoice", "payments"):
            return list(
                books.all("invoice_payment").filter { $0.text("invoice") == object.id }, url: "/v1/invoice_payments")
        case ("invoice", "confirmation_secret"): return confirmationSecret(of: object, in: books)
        case ("customer", "tax"): return tax(of: object, in: books)
        case ("customer", "subscriptions"):
            return list(
                books.all("subscription").filter {
                    $0.text("customer") == object.id && $0.text("status") != "canceled"
                }, url: "/v1/customers/\(object.id)/subscriptions")
        case ("customer", "sources"): return list([], url: "/v1/customers/\(object.id)/sources")
        case ("customer", "tax_ids"):
            return list(TaxIDs.all(of: object.id, in: books), url: "/v1/customers/\(object.id)/tax_ids")
        default:
            guard let hidden = object["+" + name] else { return nil }
            return hidden
        }
    }

    /// Whether such a field exists for the type even when this object has none of it: then asking for it is no mistake.
    static func isKnown(_ name: String, of kind: String) -> Bool {
        switch kind {
        case "coupon": name == "applies_to"
        case "price": ["tiers", "currency_options"].contains(name)
        case "checkout.session": name == "line_items"
        default: false
        }
    }

    private static func confirmationSecret(of invoice: JSONObject, in books: Books) -> JSON {
        guard let intent = invoice.text("_payment_intent"), let found = books.find("payment_intent", intent),
            let secret = found.text("client_secret"), invoice.text("status") == "open"
        else { return .null }
        return ["client_secret": .string(secret), "type": "payment_intent"]
    }

    private static func tax(of customer: JSONObject, in books: Books) -> JSON {
        var location: JSON = .null
        if let country = customer.text("address", "country"), CustomerTax.isLocated(customer) {
            let state = TaxTable.state(of: customer.object("address") ?? [:])
            location = ["country": .string(country), "source": "billing_address", "state": .of(state)]
        }
        return [
            "automatic_tax": .string(CustomerTax.status(of: customer, in: books)), "ip_address": .null,
            "location": location, "provider": "stripe",
        ]
    }

    private static func list(_ objects: [JSONObject], url: String) -> JSON {
        [
            "object": "list", "data": .array(objects.map { .object($0) }), "has_more": false, "url": .string(url),
        ]
    }
}
