public import Jobs
public import Postgres

// What a repair writes where no look at Stripe's object says it all.

/// Takes one field of a client's customer over, as it was fetched.
public struct MarkClientField: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client
           SET name = CASE WHEN $2 = 'name' AND $3::text IS NOT NULL THEN $3 ELSE name END,
               admin_email = CASE WHEN $2 = 'email' THEN $3 ELSE admin_email END,
               phone = CASE WHEN $2 = 'phone' THEN $3 ELSE phone END,
               country = CASE WHEN $2 = 'country' THEN $3 ELSE country END,
               postal_code = CASE WHEN $2 = 'postal_code' THEN $3 ELSE postal_code END, updated_at = now()
         WHERE id = $1 AND access_state <> 'closed'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// A name that is not there at Stripe is left as it is here: a client has one.
    public init(_ id: Client.ID, _ field: String, _ value: String?) {
        parameters = [.uuid(id.rawValue), .text(field), .optional(value)]
    }
}

/// A subscription of ours is not at Stripe: nobody pays for it any more.
public struct MarkSubscriptionLost: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription
           SET status = 'canceled', cancellation_reason = 'missing_at_stripe',
               canceled_at = coalesce(canceled_at, now()), ended_at = now(), updated_at = now()
         WHERE id = $1 AND stripe_subscription = $2 AND status NOT IN ('canceled', 'incomplete_expired')
        RETURNING client_id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it on both sides.
    public init(_ id: Subscription.ID, stripe: String) { parameters = [.uuid(id.rawValue), .text(stripe)] }

    /// Reads the row: whose it was.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID { try row.id(0) }
}

/// An invoice that was to be paid is not at Stripe: nobody can pay it.
public struct MarkInvoiceLost: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.invoice SET status = 'void', amount_remaining = 0, next_payment_attempt = NULL, updated_at = now()
         WHERE id = $1 AND stripe_invoice = $2 AND status IN ('draft', 'open', 'uncollectible') RETURNING client_id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it on both sides.
    public init(_ id: Invoice.ID, stripe: String) { parameters = [.uuid(id.rawValue), .text(stripe)] }

    /// Reads the row: whose it was.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID { try row.id(0) }
}

/// Which of some of Stripe's prices are not known here.
public struct ListUnknownPrices: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT s FROM unnest($1::text[]) s WHERE NOT EXISTS (SELECT 1 FROM app.price p WHERE p.stripe_price = s)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them: `price_…`.
    public init(_ prices: [String]) { parameters = [.texts(prices)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// Whether the command under a dedupe key has ended.
public struct FindIsOver: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT outcome IS NOT NULL FROM app.command WHERE dedupe_key = $1"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ dedupeKey: String) { parameters = [.text(dedupeKey)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
