import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/prices`: terms, which never change.
enum Prices {
    /// Newest first; `product`, `active`, `lookup_key` (B19) and Stripe's id narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query(
            "limit", "starting_after", "ending_before", "product", "active", "lookup_key", "stripe_id")
        let page = try call.page(query, of: Price.self)
        let product = try call.queryID(query, "product", of: Product.self)
        let active = try call.queryBool(query, "active")
        let (key, stripe) = (query["lookup_key"], query["stripe_id"])
        let rows = try await call.read { tx in
            try tx.run(ListPrices(page, product: product, active: active, lookupKey: key, stripe: stripe))
        }
        let (prices, hasMore) = page.cut(rows)
        return call.listed(prices.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("price"), tx)
    }

    /// Another price of a product. With `replaces` it takes the place of one whose terms were to be different: that one
    /// is archived, its lookup key goes over, and whoever bought it keeps it (V9).
    static func create(_ call: Call) async throws -> Response {
        let id: Product.ID = try call.id("product")
        var fields = try call.fields()
        let form = PriceForm(&fields)
        let replaced = fields.optional("replaces", .id(of: Price.self))
        try fields.finish()
        return try await call.write { actor, tx in
            guard let product = try tx.first(FindProductForUpdate(id)) else { throw Problem.notFound("product") }
            guard product.isActive else {
                throw Problem(.productArchived, "The product is archived. Sell it again first: active true.")
            }
            try PaymentProcessors.requireConnection(tx)
            let issues = form.issues(for: product.pricingModel, hasMetric: product.usageMetric != nil)
            guard issues.isEmpty else { throw Problem(issues: issues) }
            let old = try replaced.map { try archive($0, of: product, tx) }
            let sale = PriceSale(
                product: id, name: product.name, model: product.pricingModel, metric: product.usageMetric, form: form)
            let made = try sale.insert(actor, replacing: old, tx)
            audit(
                actor, tx, "price.create", made[0].text, before: ["replaced": .text(replaced?.text)],
                after: ["product": .string(id.text), "prices": .array(made.map { .string($0.text) })])
            let receipt = try tx.enqueue(
                PublishProduct(product: id), waited: actor.isWaiting, target: ("price", made[0].rawValue))
            return .accepted(receipt, kind: PublishProduct.kind, target: ("price", made[0].text))
        }
    }

    /// Archives what is replaced, with the usage part that belongs to it; gives it as it was.
    private static func archive(
        _ replaced: Price.ID, of product: Product, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Price {
        let all = try tx.run(ListPricesOf([product.id]))
        guard let old = all.first(where: { $0.id == replaced }) else {
            throw Problem(issues: [
                .init(param: "replaces", code: .notFound, detail: "The product has no such price.")
            ])
        }
        guard product.pricingModel != .baseFee || !old.isMetered else {
            // The new base fee would stand beside the old one, and both would be billed.
            let detail = "This is the usage part of a base fee: replace the base fee, and its usage part goes with it."
            throw Problem(issues: [.init(param: "replaces", code: .invalidCombination, detail: detail)])
        }
        let takesUsageAlong = product.pricingModel == .baseFee && !old.isMetered
        for price in all where price.isActive {
            let belongsToIt =
                takesUsageAlong && price.isMetered && price.currency == old.currency && price.interval == old.interval
                && price.intervalCount == old.intervalCount
            guard price.id == replaced || belongsToIt else { continue }
            tx.send(MarkPriceChanged(price.id, active: false, lookupKey: price.lookupKey, takesKey: false))
        }
        return old
    }

    /// Archives it, sells it again, or calls it by another lookup key. Terms are not among it.
    static func change(_ call: Call) async throws -> Response {
        let id: Price.ID = try call.id("price")
        var fields = try call.fields()
        let active = fields.optional("active", .bool)
        let key = fields.optional("lookup_key", .line(max: 200))
        let transfers = fields.optional("transfer_lookup_key", .bool) ?? false
        fields.keep("active", "transfer_lookup_key")
        if transfers, !fields.has("lookup_key") {
            fields.refuse("transfer_lookup_key", .invalidCombination, "There is no lookup_key to transfer.")
        }
        if fields.isNull("lookup_key") {
            fields.refuse(
                "lookup_key", .invalidField,
                "Stripe takes no lookup key away. Give it to another price: transfer_lookup_key true.")
        }
        for name in ["price", "tiers", "package", "interval", "billing_period", "tax_inclusive"] where fields.has(name)
        {
            let detail = "Terms never change. Make a new price: POST /v1/products/{product}/prices with replaces."
            fields.refuse(name, .invalidField, detail)
        }
        try fields.finish()
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindPrice(id)) else { throw Problem.notFound("price") }
            // The product's row first, as everywhere.
            _ = try tx.first(FindProductForUpdate(found.product))
            guard let price = try tx.first(FindPrice(id)) else { throw Problem.notFound("price") }
            var takes = false
            if let key, key != price.lookupKey {
                takes = transfers
                if try !tx.run(MarkLookupKeyFree(key, evenIfSold: transfers)).isEmpty { takes = true }
            }
            let isSold = active ?? price.isActive
            tx.send(MarkPriceChanged(id, active: isSold, lookupKey: key ?? price.lookupKey, takesKey: takes))
            audit(
                actor, tx, "price.change", id.text,
                before: ["active": .bool(price.isActive), "lookup_key": .text(price.lookupKey)],
                after: ["active": .bool(isSold), "lookup_key": .text(key ?? price.lookupKey)])
            let receipt = try tx.enqueue(
                PublishProduct(product: price.product), waited: actor.isWaiting, target: ("price", id.rawValue))
            return .accepted(receipt, kind: PublishProduct.kind, target: ("price", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Price.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let price = try tx.first(FindPrice(id)) else { throw Problem.notFound("price") }
        return json(price)
    }

    /// How a price looks outside.
    static func json(_ price: Price) -> JSON {
        let status =
            switch price.stripePrice {
            case nil: price.problem == nil ? "publishing" : "failed"
            case .some: price.isSold ? "active" : "archived"
            }
        return .object([
            "object": "price", "id": .string(price.id.text), "product": .string(price.product.text),
            "currency": .string(price.currency), "model": .string(price.model.rawValue),
            "usage_type": .string(price.usageType.rawValue),
            "unit_amount": price.unitAmount.map { ["amount": .integer($0), "currency": .string(price.currency)] }
                ?? .null,
            "unit_amount_decimal": .text(price.unitAmountDecimal), "tiers": .array(price.tiers.map(json)),
            "package": price.packageSize.map {
                ["size": .integer($0), "round": .text(price.packageRound?.rawValue)]
            } ?? .null,
            "meter": .text(price.meter?.text), "usage_metric": .text(price.metric?.rawValue),
            "type": price.isOneTime ? "one_time" : "recurring", "interval": .text(price.interval?.rawValue),
            "interval_count": price.isOneTime ? .null : .number(price.intervalCount),
            "tax_inclusive": price.taxBehavior == .unspecified ? .null : .bool(price.taxBehavior == .inclusive),
            "lookup_key": .text(price.lookupKey), "shown": PriceText(price).json, "active": .bool(price.isActive),
            "status": .string(status), "stripe_id": .text(price.stripePrice), "problem": .stored(price.problem),
            "created": .time(price.createdAt),
        ])
    }

    /// One step; the last has no end.
    static func json(_ tier: PriceTier) -> JSON {
        [
            "up_to": .whole(tier.upTo), "unit_amount_decimal": .text(tier.unitAmount),
            "flat_amount_decimal": .text(tier.flatAmount),
        ]
    }
}
