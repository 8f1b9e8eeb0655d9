public import Jobs
public import Postgres

/// The product exists at Stripe, or Stripe has our change of it.
public struct MarkProductPublished: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET stripe_product = coalesce(stripe_product, $2),
          published_revision = greatest(published_revision, $3), snapshot_seq = greatest(snapshot_seq, $4),
          problem = NULL, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `revision` is the one in the answer's metadata.
    public init(_ id: Product.ID, product: String, revision: Int64, seq: Int64) {
        parameters = [.uuid(id.rawValue), .text(product), .int(revision), .int(seq)]
    }
}

/// Stripe refused the product: it is not sold.
public struct MarkProductRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET problem = $2, active = active AND stripe_product IS NOT NULL, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Product.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// The price exists at Stripe, or Stripe has our change of it.
public struct MarkPricePublished: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET stripe_price = coalesce(stripe_price, $2),
          published_revision = greatest(published_revision, $3), snapshot_seq = greatest(snapshot_seq, $4),
          problem = NULL, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `revision` is the one in the answer's metadata.
    public init(_ id: Price.ID, price: String, revision: Int64, seq: Int64) {
        parameters = [.uuid(id.rawValue), .text(price), .int(revision), .int(seq)]
    }
}

/// Stripe refused a change of the price.
public struct MarkPriceRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET problem = $2, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Price.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}

/// A price is sold no longer, or again; it may be called by another lookup key.
public struct MarkPriceChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET active = $2, lookup_key = $3, takes_lookup_key = takes_lookup_key OR $4,
          revision = revision + 1, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `takesKey`: another price's key is taken from it.
    public init(_ id: Price.ID, active: Bool, lookupKey: String?, takesKey: Bool) {
        parameters = [.uuid(id.rawValue), .bool(active), .optional(lookupKey), .bool(takesKey)]
    }
}

/// Takes a lookup key from whatever price has it; gives the price that lost it. Stripe moves it by itself.
public struct MarkLookupKeyFree: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET lookup_key = NULL, updated_at = now() WHERE lookup_key = $1 AND (NOT active OR $2)
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `evenIfSold`: from one that is sold too; archived ones always give it.
    public init(_ key: String, evenIfSold: Bool) {
        parameters = [.text(key), .bool(evenIfSold)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Price.ID {
        try row.id(0)
    }
}
