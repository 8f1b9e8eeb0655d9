internal import Daemon
internal import Jobs
internal import Postgres

// What is sold, compared with Stripe's. What was in Stripe's own catalogue before the account was connected is missing
// here by right: an import brings it. Stripe's clock shows whole seconds: what was made in the second in which the
// account was connected counts as made since, or every walk would pass over it.

/// Products.
struct CompareProducts: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS s(id text, ours uuid, name text, description text, active boolean, created bigint)
        )
        SELECT 'differs', d.id, s.id, f.field, f.ours, f.theirs, NULL::bigint, NULL::text,
               app.is_settled(ARRAY[d.id], s.id, d.updated_at, $2)
          FROM seen s JOIN app.product d ON d.stripe_product = s.id
         CROSS JOIN LATERAL (VALUES ('name', d.name, s.name), ('description', d.description, s.description),
           ('active', d.active::text, s.active::text)) f(field, ours, theirs)
         WHERE coalesce(f.ours, '') <> coalesce(f.theirs, '')
        UNION ALL
        SELECT 'missing_here', d.id, s.id, 'object', d.stripe_product, 'exists', NULL, NULL,
               app.is_settled(ARRAY[s.ours], s.id, d.updated_at, $2)
          FROM seen s LEFT JOIN app.product d ON d.id = s.ours
         WHERE s.active AND NOT EXISTS (SELECT 1 FROM app.product o WHERE o.stripe_product = s.id)
           AND (s.ours IS NOT NULL
                OR EXISTS (SELECT 1 FROM app.connection k WHERE to_timestamp(s.created + 1) > k.created_at))
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// Prices. Terms cannot differ: nobody can change them. A lookup key counts while both sides sell it.
struct ComparePrices: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS s(id text, ours uuid, active boolean, lookup_key text, created bigint)
        )
        SELECT 'differs', p.id, s.id, f.field, f.ours, f.theirs, NULL::bigint, NULL::text,
               app.is_settled(ARRAY[p.id, p.product_id], s.id, p.updated_at, $2)
          FROM seen s JOIN app.price p ON p.stripe_price = s.id
         CROSS JOIN LATERAL (VALUES ('active', p.active::text, s.active::text, true),
           ('lookup_key', p.lookup_key, s.lookup_key, p.active AND s.active)) f(field, ours, theirs, counts)
         WHERE f.counts AND coalesce(f.ours, '') <> coalesce(f.theirs, '')
        UNION ALL
        SELECT 'missing_here', p.id, s.id, 'object', p.stripe_price, 'exists', NULL, NULL,
               app.is_settled(ARRAY[s.ours, p.product_id], s.id, p.updated_at, $2)
          FROM seen s LEFT JOIN app.price p ON p.id = s.ours
         WHERE s.active AND NOT EXISTS (SELECT 1 FROM app.price o WHERE o.stripe_price = s.id)
           AND (s.ours IS NOT NULL
                OR EXISTS (SELECT 1 FROM app.connection k WHERE to_timestamp(s.created + 1) > k.created_at))
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// Coupons: their name, and whether they can still be given.
struct CompareCoupons: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb) AS s(id text, ours uuid, name text, active boolean)
        )
        SELECT 'differs', c.id, s.id, f.field, f.ours, f.theirs, NULL::bigint, NULL::text,
               app.is_settled(ARRAY[c.id], s.id, c.updated_at, $2)
          FROM seen s JOIN app.coupon c ON c.stripe_coupon = s.id AND c.status = 'active'
         CROSS JOIN LATERAL (VALUES ('name', c.name, coalesce(s.name, c.name)),
           ('valid', c.valid::text, s.active::text)) f(field, ours, theirs)
         WHERE f.ours <> f.theirs
        UNION ALL
        SELECT 'missing_here', c.id, s.id, 'object', c.stripe_coupon, 'exists', NULL, NULL,
               app.is_settled(ARRAY[s.ours], s.id, c.updated_at, $2)
          FROM seen s LEFT JOIN app.coupon c ON c.id = s.ours
         WHERE s.ours IS NOT NULL AND NOT EXISTS (SELECT 1 FROM app.coupon o WHERE o.stripe_coupon = s.id)
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}
