public import Jobs
public import Postgres

/// One product.
public struct FindProduct: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, description, pricing_model, active, metadata, stripe_product, created_at, updated_at
          FROM app.product WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Product.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Product {
        try Product(row)
    }
}

/// The tenant's products, newest first (C8).
public struct ListProducts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, description, pricing_model, active, metadata, stripe_product, created_at, updated_at
          FROM app.product x
         WHERE x.id IN (
           (SELECT id FROM app.product x WHERE NOT $3 AND id < $1 AND ($5::boolean IS NULL OR active = $5)
             AND ($6::text IS NULL OR pricing_model = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.product x WHERE $3 AND id > $2 AND ($5::boolean IS NULL OR active = $5)
             AND ($6::text IS NULL OR pricing_model = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `active` and `model` narrow it.
    public init(_ page: Page, active: Bool? = nil, model: PricingModel? = nil) {
        parameters = page.parameters + [.optional(active), .optional(model?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Product {
        try Product(row)
    }
}

/// A new product.
public struct InsertProduct: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.product (id, name, description, pricing_model, metadata) VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish; `metadata` is JSON text.
    public init(_ id: Product.ID, name: String, description: String?, model: PricingModel, metadata: String) {
        parameters = [
            .uuid(id.rawValue), .text(name), .optional(description), .text(model.rawValue), .json(metadata),
        ]
    }
}

extension Product {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), name: try row.string(1), description: try row.optionalString(2),
            pricingModel: try row.word(3), isActive: try row.bool(4), metadata: try row.json(5),
            stripeProduct: try row.optionalString(6), createdAt: try row.timestamp(7), updatedAt: try row.timestamp(8))
    }
}
