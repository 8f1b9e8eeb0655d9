public import Jobs
public import Postgres

/// One price.
public struct FindPrice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.product_id, x.currency, x.model, x.usage_type, x.unit_amount, x.unit_amount_decimal::text,
          x.tiers, x.package_size, x.package_round, x.meter_id, m.metric, x.billing_interval, x.interval_count,
          x.tax_behavior, x.lookup_key, x.takes_lookup_key, x.shown_unit_amount::text, x.shown_tiers, x.active,
          x.stripe_price,
          x.revision, x.published_revision, x.problem, x.created_at, d.active
          FROM app.price x JOIN app.product d ON d.tenant_id = x.tenant_id AND d.id = x.product_id
          LEFT JOIN app.meter m ON m.tenant_id = x.tenant_id AND m.id = x.meter_id
         WHERE x.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Price.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price {
        try Price(row)
    }
}

/// The tenant's prices, newest first.
public struct ListPrices: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.product_id, x.currency, x.model, x.usage_type, x.unit_amount, x.unit_amount_decimal::text,
          x.tiers, x.package_size, x.package_round, x.meter_id, m.metric, x.billing_interval, x.interval_count,
          x.tax_behavior, x.lookup_key, x.takes_lookup_key, x.shown_unit_amount::text, x.shown_tiers, x.active,
          x.stripe_price,
          x.revision, x.published_revision, x.problem, x.created_at, d.active
          FROM app.price x JOIN app.product d ON d.tenant_id = x.tenant_id AND d.id = x.product_id
          LEFT JOIN app.meter m ON m.tenant_id = x.tenant_id AND m.id = x.meter_id
         WHERE x.id IN (
           (SELECT id FROM app.price x WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR product_id = $5)
             AND ($6::boolean IS NULL OR active = $6) AND ($7::text IS NULL OR lookup_key = $7)
             AND ($8::text IS NULL OR stripe_price = $8) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.price x WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR product_id = $5)
             AND ($6::boolean IS NULL OR active = $6) AND ($7::text IS NULL OR lookup_key = $7)
             AND ($8::text IS NULL OR stripe_price = $8) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `product`, `active`, `lookupKey` (B19) and `stripe`, Stripe's id, narrow it.
    public init(
        _ page: Page, product: Product.ID? = nil, active: Bool? = nil, lookupKey: String? = nil, stripe: String? = nil
    ) {
        parameters =
            page.parameters + [
                .optional(product?.rawValue), .optional(active), .optional(lookupKey), .optional(stripe),
            ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price {
        try Price(row)
    }
}

/// The prices of some products, oldest first: the place of each never changes.
public struct ListPricesOf: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.product_id, x.currency, x.model, x.usage_type, x.unit_amount, x.unit_amount_decimal::text,
          x.tiers, x.package_size, x.package_round, x.meter_id, m.metric, x.billing_interval, x.interval_count,
          x.tax_behavior, x.lookup_key, x.takes_lookup_key, x.shown_unit_amount::text, x.shown_tiers, x.active,
          x.stripe_price,
          x.revision, x.published_revision, x.problem, x.created_at, d.active
          FROM app.price x JOIN app.product d ON d.tenant_id = x.tenant_id AND d.id = x.product_id
          LEFT JOIN app.meter m ON m.tenant_id = x.tenant_id AND m.id = x.meter_id
         WHERE x.product_id = ANY ($1) ORDER BY x.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the products.
    public init(_ products: [Product.ID]) {
        parameters = [.uuids(products.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price {
        try Price(row)
    }
}

/// New terms of a product.
public struct InsertPrice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.price (id, product_id, currency, model, usage_type, unit_amount, unit_amount_decimal, tiers,
          package_size, package_round, meter_id, billing_interval, interval_count, tax_behavior, lookup_key,
          takes_lookup_key, shown_unit_amount, shown_tiers)
        VALUES ($1, $2, $3, $4, $5, $6, $7::text::numeric, $8, $9, $10, $11, $12, $13, $14, $15, $16,
          $17::text::numeric, $18)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Price.ID, of product: Product.ID, _ wish: PriceWish) {
        let tiers = wish.tiers.isEmpty ? nil : PriceTier.text(of: wish.tiers)
        let shownTiers = wish.shown.flatMap { $0.tiers.isEmpty ? nil : PriceTier.text(of: $0.tiers) }
        parameters = [
            .uuid(id.rawValue), .uuid(product.rawValue), .text(wish.currency.code), .text(wish.model.rawValue),
            .text(wish.usageType.rawValue), .optional(wish.unitAmount?.whole), .optional(wish.unitAmount?.text),
            .optional(json: tiers), .optional(wish.packageSize), .optional(wish.packageRound?.rawValue),
            .optional(wish.meter?.rawValue), .optional(wish.period?.unit.rawValue),
            .int(Int64(wish.period?.count ?? 1)), .text(wish.taxBehavior.rawValue), .optional(wish.lookupKey),
            .bool(wish.takesLookupKey), .optional(wish.shown?.unitAmount), .optional(json: shownTiers),
        ]
    }
}

extension Price {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        let shown = ShownTerms(
            unitAmount: try row.optionalString(17).flatMap { UnitAmount($0)?.text },
            tiers: PriceTier.read(try row.optionalJSON(18)))
        let isShown = shown.unitAmount != nil || !shown.tiers.isEmpty
        let whole = try row.optionalInt(5)
        self.init(
            id: try row.id(0), product: try row.id(1), currency: try row.string(2), model: try row.word(3),
            usageType: try row.word(4), unitAmount: whole,
            unitAmountDecimal: try row.optionalString(6).flatMap { UnitAmount($0)?.text } ?? whole.map(String.init),
            tiers: PriceTier.read(try row.optionalJSON(7)), packageSize: try row.optionalInt(8),
            packageRound: try row.optionalWord(9), meter: try row.optionalID(10),
            metric: (try row.optionalWord(11) as Meter.Metric?).map(UsageMetric.init(of:)),
            interval: try row.optionalWord(12), intervalCount: Int(try row.int32(13)), taxBehavior: try row.word(14),
            lookupKey: try row.optionalString(15), takesLookupKey: try row.bool(16), shown: isShown ? shown : nil,
            isActive: try row.bool(19), stripePrice: try row.optionalString(20), revision: try row.int(21),
            publishedRevision: try row.int(22), problem: try row.optionalJSON(23), createdAt: try row.timestamp(24),
            isProductActive: try row.bool(25))
    }
}
