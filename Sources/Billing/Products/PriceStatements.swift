public import Jobs
public import Postgres

/// One price.
public struct FindPrice: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, product_id, currency, unit_amount, billing_interval, interval_count, tax_behavior, lookup_key,
          active, stripe_price, created_at
          FROM app.price WHERE id = $1
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
        SELECT id, product_id, currency, unit_amount, billing_interval, interval_count, tax_behavior, lookup_key,
          active, stripe_price, created_at
          FROM app.price x
         WHERE x.id IN (
           (SELECT id FROM app.price x WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR product_id = $5)
             AND ($6::boolean IS NULL OR active = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.price x WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR product_id = $5)
             AND ($6::boolean IS NULL OR active = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `product` and `active` narrow it.
    public init(_ page: Page, product: Product.ID? = nil, active: Bool? = nil) {
        parameters = page.parameters + [.optional(product?.rawValue), .optional(active)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price {
        try Price(row)
    }
}

/// The prices of some products.
public struct ListPricesOf: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, product_id, currency, unit_amount, billing_interval, interval_count, tax_behavior, lookup_key,
          active, stripe_price, created_at
          FROM app.price WHERE product_id = ANY ($1) ORDER BY id
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
        INSERT INTO app.price (id, product_id, currency, unit_amount, billing_interval, interval_count, tax_behavior,
          lookup_key)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Price.ID, of product: Product.ID, _ wish: PriceWish) {
        parameters = [
            .uuid(id.rawValue), .uuid(product.rawValue), .text(wish.money.currency.code), .int(wish.money.amount),
            .optional(wish.period?.interval.unit.rawValue), .int(Int64(wish.period?.interval.count ?? 1)),
            .text(wish.taxBehavior.rawValue), .optional(wish.lookupKey),
        ]
    }
}

extension Price {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), product: try row.id(1), currency: try row.string(2), unitAmount: try row.int(3),
            interval: try row.optionalWord(4), intervalCount: Int(try row.int32(5)), taxBehavior: try row.word(6),
            lookupKey: try row.optionalString(7), isActive: try row.bool(8), stripePrice: try row.optionalString(9),
            createdAt: try row.timestamp(10))
    }
}
