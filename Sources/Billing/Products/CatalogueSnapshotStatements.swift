public import Jobs
public import Postgres

/// The product as Stripe shows it: ours, or a new one made in Stripe's own catalogue (B1).
public struct MarkProductSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT app.record_product($1, $2, $3, $4, $5, $6, $7, $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is the one it gets if it is new, `ours` the one in its metadata, `revision` the change of ours it holds.
    public init(
        _ id: Product.ID, ours: Product.ID?, stripe: String, name: String, description: String?, active: Bool,
        revision: Int64, seq: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .optional(ours?.rawValue), .text(stripe), .text(name), .optional(description),
            .bool(active), .int(revision), .int(seq),
        ]
    }

    /// Reads a row: which of ours it is.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Product.ID {
        try row.id(0)
    }
}

/// The product is deleted at Stripe: it is not sold any more.
public struct MarkProductDeleted: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET active = false, snapshot_seq = $2, updated_at = now()
         WHERE stripe_product = $1 AND snapshot_seq <= $2 RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it by Stripe's id.
    public init(_ stripe: String, seq: Int64) {
        parameters = [.text(stripe), .int(seq)]
    }

    /// Reads a row: which of ours it is.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Product.ID {
        try row.id(0)
    }
}

/// The price is deleted at Stripe: it is not sold any more, and its lookup key is free.
public struct MarkPriceDeleted: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET active = false, lookup_key = NULL, snapshot_seq = $2, updated_at = now()
         WHERE stripe_price = $1 AND snapshot_seq <= $2 RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it by Stripe's id.
    public init(_ stripe: String, seq: Int64) {
        parameters = [.text(stripe), .int(seq)]
    }

    /// Reads a row: which of ours it is.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price.ID {
        try row.id(0)
    }
}

/// The price as Stripe shows it: ours, or a new one.
public struct MarkPriceSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT app.record_price($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is the one it gets if it is new, `ours` the one in its metadata, `revision` the change of ours it holds.
    public init(
        _ id: Price.ID, ours: Price.ID?, of product: Product.ID, _ price: PriceSnapshot, meter: Meter.ID?,
        revision: Int64, seq: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .optional(ours?.rawValue), .uuid(product.rawValue), .text(price.stripeID),
            .json(price.terms), .optional(meter?.rawValue), .text(price.taxBehavior.rawValue),
            .optional(price.lookupKey), .bool(price.isActive), .int(revision), .int(seq),
        ]
    }

    /// Reads a row: which of ours it is.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price.ID {
        try row.id(0)
    }
}

/// Our price behind one of Stripe's.
public struct FindPriceByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.price WHERE stripe_price = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it by Stripe's id.
    public init(_ stripe: String) {
        parameters = [.text(stripe)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price.ID {
        try row.id(0)
    }
}
