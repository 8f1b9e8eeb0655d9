internal import Daemon
internal import Jobs
internal import Postgres

// Each compares some of Stripe's objects with our rows. The last column says whether both sides have come to rest: what
// is on its way is no difference. A later walk sees what stays.

/// Customers against clients. Where a client has no address, the one that Stripe's pages collected is none of ours.
struct CompareCustomers: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS s(id text, ours uuid, name text, email text, phone text, country text, postal_code text)
        )
        SELECT 'differs', c.id, s.id, f.field, f.ours, f.theirs, NULL::bigint, NULL::text,
               app.is_settled(ARRAY[c.id], s.id, c.updated_at, $2)
          FROM seen s JOIN app.client c ON c.stripe_customer = s.id AND c.access_state <> 'closed'
         CROSS JOIN LATERAL (VALUES ('name', c.name, s.name), ('email', c.admin_email, s.email),
           ('phone', c.phone, s.phone), ('country', c.country, s.country),
           ('postal_code', c.postal_code, s.postal_code)) f(field, ours, theirs)
         WHERE coalesce(f.ours, '') <> coalesce(f.theirs, '')
           AND (f.ours IS NOT NULL OR f.field NOT IN ('country', 'postal_code'))
        UNION ALL
        SELECT 'missing_here', c.id, s.id, 'object', c.stripe_customer, 'exists', NULL, NULL,
               app.is_settled(ARRAY[s.ours], s.id, c.updated_at, $2)
          FROM seen s LEFT JOIN app.client c ON c.id = s.ours
         WHERE s.ours IS NOT NULL AND c.access_state IS DISTINCT FROM 'closed'
           AND NOT EXISTS (SELECT 1 FROM app.client o WHERE o.stripe_customer = s.id)
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// Subscriptions. At stake is what one period comes to. Of what ended on one side only the status counts.
struct CompareSubscriptions: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb) AS s(id text, ours uuid, customer text, status text,
            cancel_at_period_end boolean, period_end bigint, items text)
        ), pairs AS (
          SELECT s.*, b.id AS row_id, b.client_id, b.updated_at, b.status AS our_status,
                 b.cancel_at_period_end AS our_cancel, extract(epoch FROM b.current_period_end)::bigint AS our_end,
                 b.status IN ('canceled', 'incomplete_expired')
                   OR s.status IN ('canceled', 'incomplete_expired') AS is_over,
                 (SELECT string_agg(p.stripe_price || '×' || i.quantity, ' ' ORDER BY p.stripe_price COLLATE "C")
                    FROM app.subscription_item i JOIN app.price p ON p.tenant_id = i.tenant_id AND p.id = i.price_id
                   WHERE i.tenant_id = b.tenant_id AND i.subscription_id = b.id AND i.removed_at IS NULL) AS our_items
            FROM seen s JOIN app.subscription b ON b.stripe_subscription = s.id
        )
        SELECT 'differs', p.row_id, p.id, f.field, f.ours, f.theirs, w.amount, w.currency,
               app.is_settled(ARRAY[p.row_id, p.client_id], p.id, p.updated_at, $2)
          FROM pairs p
         CROSS JOIN LATERAL (VALUES ('status', p.our_status, p.status, true, true),
           ('cancel_at_period_end', p.our_cancel::text, p.cancel_at_period_end::text, NOT p.is_over, true),
           ('items', p.our_items, p.items, NOT p.is_over AND p.items IS NOT NULL, true),
           ('current_period_end', p.our_end::text, p.period_end::text, NOT p.is_over, false)
         ) f(field, ours, theirs, counts, costs)
          LEFT JOIN LATERAL app.subscription_worth(p.row_id) w ON f.costs
         WHERE f.counts AND f.ours IS DISTINCT FROM f.theirs
        UNION ALL
        SELECT 'missing_here', b.id, s.id, 'object', b.stripe_subscription, s.status, w.amount, w.currency,
               app.is_settled(ARRAY[s.ours, c.id], s.id, greatest(b.updated_at, c.updated_at), $2)
          FROM seen s LEFT JOIN app.client c ON c.stripe_customer = s.customer
          LEFT JOIN app.subscription b ON b.id = s.ours
          LEFT JOIN LATERAL app.subscription_worth(b.id) w ON true
         WHERE (s.ours IS NOT NULL OR c.access_state <> 'closed') AND s.status NOT IN ('canceled', 'incomplete_expired')
           AND NOT EXISTS (SELECT 1 FROM app.subscription o WHERE o.stripe_subscription = s.id)
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// Invoices that are no drafts any more. At stake is what is due. What was settled before its client or the account was
/// here is missing by right; Stripe's clock shows whole seconds.
struct CompareInvoices: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS s(id text, ours uuid, customer text, status text, amount_due bigint, amount_paid bigint, currency text,
              created bigint)
           WHERE status <> 'draft'
        )
        SELECT 'differs', i.id, s.id, f.field, f.ours, f.theirs, f.stake, s.currency,
               app.is_settled(ARRAY[i.id, i.subscription_id, i.client_id], s.id, i.updated_at, $2)
          FROM seen s JOIN app.invoice i ON i.stripe_invoice = s.id AND i.status NOT IN ('preparing', 'failed')
         CROSS JOIN LATERAL (VALUES ('status', i.status, s.status, greatest(i.amount_due, s.amount_due)),
           ('amount_due', i.amount_due::text, s.amount_due::text, abs(s.amount_due - i.amount_due)),
           ('amount_paid', i.amount_paid::text, s.amount_paid::text, abs(s.amount_paid - i.amount_paid))
         ) f(field, ours, theirs, stake)
         WHERE f.ours IS DISTINCT FROM f.theirs
        UNION ALL
        SELECT 'missing_here', o.id, s.id, 'object', o.stripe_invoice, s.status, s.amount_due, s.currency,
               app.is_settled(ARRAY[s.ours, c.id], s.id, greatest(c.updated_at, o.updated_at), $2)
          FROM seen s JOIN app.client c ON c.stripe_customer = s.customer AND c.access_state <> 'closed'
          LEFT JOIN app.invoice o ON o.id = s.ours
         WHERE s.status <> 'void' AND NOT EXISTS (SELECT 1 FROM app.invoice i WHERE i.stripe_invoice = s.id)
           AND (s.status = 'open' OR o.id IS NOT NULL OR EXISTS (
             SELECT 1 FROM app.connection k WHERE to_timestamp(s.created + 1) > greatest(k.created_at, c.created_at)))
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// What clients paid for credits. A payment that succeeded pays its purchase, and nothing else does; what was given
/// back is the same on both sides.
struct ComparePayments: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($1::jsonb)
            AS s(id text, ours uuid, status text, amount_due bigint, amount_refunded bigint, currency text)
        )
        SELECT 'differs', p.id, s.id, f.field, f.ours, f.theirs, f.stake, s.currency,
               app.is_settled(ARRAY[p.id, p.client_id], s.id, p.updated_at, $2)
          FROM seen s JOIN app.credit_purchase p ON p.stripe_payment_intent = s.id
         CROSS JOIN LATERAL (VALUES
           ('status', p.status, s.status, s.amount_due, (p.status = 'paid') <> (s.status = 'succeeded')),
           ('amount_refunded', p.amount_refunded::text, s.amount_refunded::text,
            abs(s.amount_refunded - p.amount_refunded), p.amount_refunded <> s.amount_refunded)
         ) f(field, ours, theirs, stake, counts)
         WHERE f.counts AND (f.field = 'amount_refunded' OR p.status = 'paid' OR s.status = 'succeeded')
        """
    let parameters: [Parameter]

    /// `objects` is JSON text; `moment` is before they were asked for.
    init(_ objects: String, askedAt moment: Timestamp) { parameters = [.json(objects), .timestamp(moment)] }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

extension Difference {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            try row.word(0), of: try row.optionalUUID(1), try row.string(2), try row.string(3),
            ours: try row.optionalString(4), theirs: try row.optionalString(5), amount: try row.optionalInt(6),
            currency: try row.optionalString(7), isSettled: try row.bool(8))
    }
}
