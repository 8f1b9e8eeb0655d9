import HTTPTypes

/// `…/search` of the kinds that have it. What was written is found at once; at Stripe it takes up to a minute.
enum Searches {
    static let operations = [
        Operation("GET /v1/customers/search", "customer") { call throws(Refusal) in
            try search(call, "customer", ["created", "email", "metadata", "name", "phone"])
        },
        Operation("GET /v1/invoices/search", "invoice") { call throws(Refusal) in
            try search(
                call, "invoice", ["created", "currency", "customer", "metadata", "number", "status", "total"])
        },
        Operation("GET /v1/prices/search", "plan") { call throws(Refusal) in
            try search(call, "price", ["active", "currency", "lookup_key", "metadata", "product", "type"])
        },
        Operation("GET /v1/products/search", "product") { call throws(Refusal) in
            try search(call, "product", ["active", "description", "metadata", "name", "shippable", "url"])
        },
        Operation("GET /v1/subscriptions/search", "subscription") { call throws(Refusal) in
            try search(call, "subscription", ["canceled_at", "created", "metadata", "status"])
        },
    ]

    private static func search(_ call: Call, _ kind: String, _ fields: Set<String>) throws(Refusal) -> Answer {
        let query = try SearchQuery(call.params.text("query") ?? "", fields: fields)
        return .search(call.books.all(kind).filter { query.matches($0) })
    }
}
