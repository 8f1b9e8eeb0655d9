public import Jobs
public import Postgres

/// Stripe refused a new price: it is not sold, nor is anything that was made together with it, since a base fee without
/// its usage part, or the reverse, would bill too little. What they were to replace is sold again, unless somebody
/// changed it since. One transaction made them, so its time is what they have in common.
public struct MarkSaleRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH refused AS (
          SELECT p.id, p.product_id, p.created_at FROM app.price p WHERE p.id = $1
        ), unsold AS (
          UPDATE app.price p
             SET active = false, problem = $2, revision = p.revision + (p.stripe_price IS NOT NULL)::int,
                 lookup_key = CASE WHEN p.stripe_price IS NOT NULL THEN p.lookup_key END, updated_at = now()
            FROM refused r
           WHERE p.product_id = r.product_id AND p.created_at = r.created_at AND (p.active OR p.id = r.id)
          RETURNING p.stripe_price
        ), sold AS (
          UPDATE app.price p SET active = true, revision = p.revision - 1, updated_at = now()
            FROM refused r
           WHERE p.product_id = r.product_id AND p.updated_at = r.created_at AND p.created_at < r.created_at
             AND NOT p.active AND p.stripe_price IS NOT NULL AND p.revision = p.published_revision + 1
          RETURNING p.id
        )
        SELECT EXISTS (SELECT 1 FROM unsold WHERE stripe_price IS NOT NULL), (SELECT count(*) FROM sold)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ id: Price.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }

    /// Reads a row: whether Stripe has something of it, and must be told that it is not sold.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// Stripe's ids of the prices that lost their lookup key to a wish for this price.
public struct ListKeyLosers: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.stripe_price FROM app.price p JOIN app.price x ON x.tenant_id = p.tenant_id
           AND x.updated_at = p.updated_at AND x.id <> p.id
         WHERE p.id = $1 AND x.stripe_price IS NOT NULL AND x.lookup_key IS NULL ORDER BY x.id LIMIT 20
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the price, before anything else is written of it.
    public init(to id: Price.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// A change that Stripe refused is no wish any more: what Stripe shows counts again.
public struct MarkPriceTakenBack: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.price SET revision = $3, published_revision = $3, takes_lookup_key = false, updated_at = now()
         WHERE id = $1 AND revision = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `refused` is the change that was tried, `shown` the one that Stripe's copy holds.
    public init(_ id: Price.ID, refused: Int64, shown: Int64) {
        parameters = [.uuid(id.rawValue), .int(refused), .int(shown)]
    }
}

/// A change of a product that Stripe refused is no wish any more: what Stripe shows counts again.
public struct MarkProductTakenBack: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.product SET revision = $3, published_revision = $3, updated_at = now()
         WHERE id = $1 AND revision = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `refused` is the change that was tried, `shown` the one that Stripe's copy holds.
    public init(_ id: Product.ID, refused: Int64, shown: Int64) {
        parameters = [.uuid(id.rawValue), .int(refused), .int(shown)]
    }
}
