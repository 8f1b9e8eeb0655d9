public import Jobs
public import Postgres

/// One product.
public struct FindProduct: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, description, pricing_model, usage_metric, usage_limit, overage_amount::text, origin, active,
          metadata, stripe_product, revision, published_revision, problem, created_at, updated_at
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

/// One product, kept from changing until the transaction ends.
public struct FindProductForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, description, pricing_model, usage_metric, usage_limit, overage_amount::text, origin, active,
          metadata, stripe_product, revision, published_revision, problem, created_at, updated_at
          FROM app.product WHERE id = $1 FOR NO KEY UPDATE
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
        SELECT id, name, description, pricing_model, usage_metric, usage_limit, overage_amount::text, origin, active,
          metadata, stripe_product, revision, published_revision, problem, created_at, updated_at
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
        INSERT INTO app.product (id, name, description, pricing_model, metadata, usage_metric) VALUES ($1, $2, $3, $4,
          $5, $6)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Product.ID, _ traits: ProductTraits, model: PricingModel, metric: UsageMetric?) {
        parameters = [
            .uuid(id.rawValue), .text(traits.name), .optional(traits.description), .text(model.rawValue),
            .json(traits.metadata), .optional(metric?.rawValue),
        ]
    }
}

/// What the base fee of a product includes, and what more costs: the newest offer.
public struct MarkProductAllowance: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET usage_metric = $2, usage_limit = $3, overage_amount = $4::text::numeric,
          updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `limit` in the metric's unit, `overage` in minor units for one of it.
    public init(_ id: Product.ID, metric: UsageMetric?, limit: Int64?, overage: UnitAmount?) {
        parameters = [.uuid(id.rawValue), .optional(metric?.rawValue), .optional(limit), .optional(overage?.text)]
    }
}

/// The product is called or described anew, archived or sold again.
public struct MarkProductChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET name = $2, description = $3, metadata = $4, active = $5, revision = revision + 1,
          updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Product.ID, _ traits: ProductTraits) {
        parameters = [
            .uuid(id.rawValue), .text(traits.name), .optional(traits.description), .json(traits.metadata),
            .bool(traits.isActive),
        ]
    }
}

extension Product {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), name: try row.string(1), description: try row.optionalString(2),
            pricingModel: try row.word(3), usageMetric: try row.optionalWord(4), usageLimit: try row.optionalInt(5),
            overageAmount: try row.optionalString(6).flatMap { UnitAmount($0)?.text }, origin: try row.word(7),
            isActive: try row.bool(8), metadata: try row.json(9), stripeProduct: try row.optionalString(10),
            revision: try row.int(11), publishedRevision: try row.int(12), problem: try row.optionalJSON(13),
            createdAt: try row.timestamp(14), updatedAt: try row.timestamp(15))
    }
}
