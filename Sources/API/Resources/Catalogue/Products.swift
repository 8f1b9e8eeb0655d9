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
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("product"), tx)
    }

    /// A new one with its first price (D1 to D12).
    static func create(_ call: Call) async throws -> Response {
        let wish = try ProductWish(call.fields())
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Product.ID.new(at: actor.now)
            tx.send(InsertProduct(id, wish.traits, model: wish.model, metric: nil))
            let sale = PriceSale(product: id, name: wish.traits.name, model: wish.model, metric: nil, form: wish.form)
            let prices = try sale.insert(actor, tx)
            audit(
                actor, tx, "product.create", id.text,
                after: ["name": .string(wish.traits.name), "prices": .array(prices.map { .string($0.text) })])
            let receipt = try tx.enqueue(
                PublishProduct(product: id), waited: actor.isWaiting, target: ("product", id.rawValue))
            return .accepted(receipt, kind: PublishProduct.kind, target: ("product", id.text))
        }
    }

    /// Calls it something else, archives it, sells it again.
    static func change(_ call: Call) async throws -> Response {
        let id: Product.ID = try call.id("product")
        var fields = try call.fields()
        let name = fields.change("name", .line(max: 250))
        if case .clear = name { fields.refuse("name", .invalidField, "A product has a name.") }
        let description = fields.change("description", .text(max: 1000))
        let metadata = fields.change("metadata", .metadata)
        let active = fields.optional("active", .bool)
        fields.keep("active")
        try fields.finish()
        return try await change(call, id) { product in
            ProductTraits(
                name: name.applied(to: product.name) ?? product.name,
                description: description.applied(to: product.description),
                metadata: metadata.applied(to: product.metadata) ?? "{}", isActive: active ?? product.isActive)
        }
    }

    /// Archives it: it is sold no longer; what is sold runs on.
    static func archive(_ call: Call) async throws -> Response {
        try await change(call, try call.id("product")) { product in
            ProductTraits(
                name: product.name, description: product.description, metadata: product.metadata, isActive: false)
        }
    }

    private static func change(
        _ call: Call, _ id: Product.ID, to traits: @escaping @Sendable (Product) -> ProductTraits
    ) async throws -> Response {
        try await call.write { actor, tx in
            guard let product = try tx.first(FindProductForUpdate(id)) else { throw Problem.notFound("product") }
            let wish = traits(product)
            tx.send(MarkProductChanged(id, wish))
            audit(
                actor, tx, "product.change", id.text,
                before: ["name": .string(product.name), "active": .bool(product.isActive)],
                after: ["name": .string(wish.name), "active": .bool(wish.isActive)])
            let receipt = try tx.enqueue(
                PublishProduct(product: id), waited: actor.isWaiting, target: ("product", id.rawValue))
            return .accepted(receipt, kind: PublishProduct.kind, target: ("product", id.text))
        }
    }

    /// Looks through everything in Stripe's own product catalogue (B1). What appears there later comes by events.
    static func importAll(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            guard let connection = try tx.first(FindConnection()) else { throw Problem.notFound("payment_processor") }
            audit(actor, tx, "catalogue.import", connection.id.text)
            let receipt = try tx.enqueue(
                ImportCatalogue(), waited: actor.isWaiting, target: ("catalogue", connection.id.rawValue))
            return .accepted(
                receipt, kind: ImportCatalogue.kind, target: ("payment_processor", connection.id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Product.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let product = try tx.first(FindProduct(id)) else { throw Problem.notFound("product") }
        return json(product, try tx.run(ListPricesOf([id])))
    }

    private static func json(_ product: Product, _ prices: [Price]) -> JSON {
        let status =
            switch product.stripeProduct {
            case nil: product.problem == nil ? "publishing" : "failed"
            case .some: product.isActive ? "active" : "archived"
            }
        return .object([
            "object": "product", "id": .string(product.id.text), "name": .string(product.name),
            "description": .text(product.description), "pricing_model": .string(product.pricingModel.rawValue),
            "usage_metric": .text(product.usageMetric?.rawValue), "usage_limit": .whole(product.usageLimit),
            "overage_unit_amount_decimal": .text(product.overageAmount), "active": .bool(product.isActive),
            "status": .string(status), "origin": .string(product.origin.rawValue),
            "prices": .array(prices.map(Prices.json)),
            "stripe_id": .text(product.stripeProduct), "problem": .stored(product.problem),
            "metadata": .stored(product.metadata), "created": .time(product.createdAt),
            "updated": .time(product.updatedAt),
        ])
    }
}

/// A product's form, checked.
private struct ProductWish: Sendable {
    let traits: ProductTraits
    let model: PricingModel
    let form: PriceForm

    init(_ read: Fields) throws {
        var fields = read
        let name = fields.required("name", .line(max: 250))
        let description = fields.optional("description", .text(max: 1000))
        let model = fields.required("pricing_model", FieldKind<PricingModel>.word)
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        form = PriceForm(&fields)
        if let model = try? model() {
            for issue in form.issues(for: model) { fields.refuse(issue.param, issue.code, issue.detail) }
        }
        try fields.finish()
        traits = ProductTraits(name: try name(), description: description, metadata: metadata)
        self.model = try model()
    }
}
