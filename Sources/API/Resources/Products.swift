import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/products`: what the tenant sells (seed 1D).
enum Products {
    /// Newest first; `active` and `pricing_model` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "active", "pricing_model")
        let page = try call.page(query, of: Product.self)
        let active = try call.queryBool(query, "active")
        let model = try call.queryWord(query, "pricing_model", PricingModel.self)
        return try await call.read { tx in
            let (products, hasMore) = page.cut(try tx.run(ListProducts(page, active: active, model: model)))
            let prices = try tx.run(ListPricesOf(products.map(\.id)))
            return call.listed(
                products.map { product in json(product, prices.filter { $0.product == product.id }) }, hasMore: hasMore)
        }
    }

    /// One, with its prices.
    static func show(_ call: Call) async throws -> Response {
        let id: Product.ID = try call.id("product")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// A new one with its first price (D1 to D12).
    static func create(_ call: Call) async throws -> Response {
        let wish = try ProductWish(call.fields())
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Product.ID.new(at: actor.now)
            tx.send(
                InsertProduct(
                    id, name: wish.name, description: wish.description, model: wish.model, metadata: wish.metadata))
            tx.send(InsertPrice(.new(at: actor.now), of: id, wish.price))
            audit(actor, tx, "product.create", id.text, after: ["price": .string(wish.price.money.text)])
            let receipt = try tx.enqueue(
                PublishProduct(product: id), waited: actor.isWaiting, target: ("product", id.rawValue))
            return .accepted(receipt, kind: PublishProduct.kind, target: ("product", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Product.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let product = try tx.first(FindProduct(id)) else { throw Problem.notFound("product") }
        return json(product, try tx.run(ListPricesOf([id])))
    }

    private static func json(_ product: Product, _ prices: [Price]) -> JSON {
        .object([
            "object": "product", "id": .string(product.id.text), "name": .string(product.name),
            "description": .text(product.description), "pricing_model": .string(product.pricingModel.rawValue),
            "active": .bool(product.isActive), "prices": .array(prices.map(Prices.json)),
            "stripe_id": .text(product.stripeProduct), "metadata": .stored(product.metadata),
            "created": .time(product.createdAt), "updated": .time(product.updatedAt),
        ])
    }
}

/// A product's form, checked.
private struct ProductWish: Sendable {
    let name: String
    let description: String?
    let model: PricingModel
    let metadata: String
    let price: PriceWish

    init(_ read: Fields) throws {
        var fields = read
        let name = fields.required("name", .text(max: 250))
        description = fields.optional("description", .text(max: 1000))
        let model = fields.required("pricing_model", FieldKind<PricingModel>.word)
        let period = fields.optional("billing_period", FieldKind<BillingPeriod>.word)
        let isInclusive = fields.optional("tax_inclusive", .bool) ?? false
        let lookupKey = fields.optional("lookup_key", .text(max: 200))
        metadata = fields.optional("metadata", .metadata) ?? "{}"
        let money = Self.money(&fields)
        for name in ["usage_limit", "overage_unit_amount", "usage_metric"] where fields.has(name) {
            fields.refuse(name, .notAvailableYet, "Usage is not metered yet.")
        }
        switch (try? model(), period) {
        case (.usageBased, _):
            fields.refuse("pricing_model", .notAvailableYet, "usage_based products are not available yet.")
        case (.baseFee, nil):
            fields.refuse("billing_period", .missingField, "A base_fee has a billing_period, like monthly.")
        case (.oneTime, .some):
            fields.refuse("billing_period", .invalidField, "A one_time product has no billing_period.")
        default: break
        }
        try fields.finish()
        guard let money else { throw Problem(.invalidFields, "The price is wrong.") }
        self.name = try name()
        self.model = try model()
        price = PriceWish(
            money: money, period: period, taxBehavior: isInclusive ? .inclusive : .exclusive, lookupKey: lookupKey)
    }

    /// `price: {"amount": 2500, "currency": "usd"}`.
    private static func money(_ fields: inout Fields) -> Money? {
        guard fields.has("price") else {
            fields.refuse("price", .missingField, "Is required: {\"amount\": 2500, \"currency\": \"usd\"}.")
            return nil
        }
        let money = fields.nested("price") { price -> Money? in
            let amount = price.required("amount", .integer(0...Money.amountMax))
            let currency = price.required("currency", .currency)
            guard let amount = try? amount(), let currency = try? currency() else { return nil }
            do throws(Money.Refusal) {
                return try Money(amount, currency)
            } catch {
                let detail =
                    switch error {
                    case .notMultiple(let step): "Amounts of \(currency.code) are multiples of \(step)."
                    case .negative, .tooLarge: "Must be from 0 to \(Money.amountMax)."
                    }
                price.refuse("amount", .invalidAmount, detail)
                return nil
            }
        }
        return money ?? nil
    }
}
