import Billing
import HTTPServer
import HTTPTypes
import Postgres

/// `/v1/prices`: terms, which never change.
enum Prices {
    /// Newest first; `product` and `active` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "product", "active")
        let page = try call.page(query, of: Price.self)
        let product = try call.queryID(query, "product", of: Product.self)
        let active = try call.queryBool(query, "active")
        let rows = try await call.read { tx in try tx.run(ListPrices(page, product: product, active: active)) }
        let (prices, hasMore) = page.cut(rows)
        return call.listed(prices.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: Price.ID = try call.id("price")
        return try await call.read { tx in
            guard let price = try tx.first(FindPrice(id)) else { throw Problem.notFound("price") }
            return .json(.ok, json(price))
        }
    }

    /// How a price looks outside.
    static func json(_ price: Price) -> JSON {
        .object([
            "object": "price", "id": .string(price.id.text), "product": .string(price.product.text),
            "unit_amount": ["amount": .integer(price.unitAmount), "currency": .string(price.currency)],
            "type": price.isOneTime ? "one_time" : "recurring", "interval": .text(price.interval?.rawValue),
            "interval_count": price.isOneTime ? .null : .number(price.intervalCount),
            "tax_inclusive": .bool(price.taxBehavior == .inclusive), "lookup_key": .text(price.lookupKey),
            "active": .bool(price.isActive), "stripe_id": .text(price.stripePrice), "created": .time(price.createdAt),
        ])
    }
}
