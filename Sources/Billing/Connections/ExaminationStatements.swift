public import Jobs
public import Postgres

/// Stripe Tax as it stands (D13, K6).
public struct MarkTaxSettings: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET tax_status = $1, tax_missing = $2, tax_checked_at = now(), updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Stripe's status and the fields it still wants.
    public init(status: String, missing: [String]) {
        parameters = [.text(status), .texts(missing)]
    }
}

/// How many meters are in use at Stripe (M3).
public struct MarkMetersSeen: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "UPDATE app.connection SET meters_seen = $1, updated_at = now()"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the count.
    public init(_ count: Int) { parameters = [.int(Int64(count))] }
}

/// The newest payout known, in Stripe's words as JSON text; gives whether its fate is news. An older one, or one
/// fetched earlier, changes nothing.
public struct MarkPayout: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection c SET last_payout = $1, last_payout_seq = $2, updated_at = now()
          FROM (SELECT id, last_payout AS before FROM app.connection FOR NO KEY UPDATE) b
         WHERE c.id = b.id AND c.last_payout_seq < $2
           AND (c.last_payout IS NULL OR c.last_payout ->> 'id' = $1::jsonb ->> 'id'
                OR coalesce((c.last_payout ->> 'arrival_date')::bigint, 0)
                   <= coalesce(($1::jsonb ->> 'arrival_date')::bigint, 0))
        RETURNING c.id, (b.before ->> 'status') IS DISTINCT FROM ($1::jsonb ->> 'status')
                        OR (b.before ->> 'id') IS DISTINCT FROM ($1::jsonb ->> 'id')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `seq` is its place in the order of fetches.
    public init(_ payout: String, seq: Int64) { parameters = [.json(payout), .int(seq)] }

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (
        connection: Connection.ID, isNews: Bool
    ) {
        (try row.id(0), try row.bool(1))
    }
}

/// The examination is over; how far our clock is ahead of Stripe's.
public struct MarkExamined: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET examined_at = now(), clock_drift_seconds = coalesce($1, clock_drift_seconds),
          updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// nil where no answer told the time.
    public init(driftSeconds: Int64?) { parameters = [.optional(driftSeconds)] }
}

/// How Stripe's way for meter errors stands, and under which id.
public struct MarkMeterHook: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET meter_hook_status = $1, meter_hook_id = $2, meter_hook_secret_id = $3,
          updated_at = now() WHERE status <> 'disconnected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Without an id nothing stands.
    public init(_ status: ConnectionReport.MeterHook, id: String? = nil, secret: SealedSecret.ID? = nil) {
        parameters = [.text(status.rawValue), .optional(id), .optional(secret?.rawValue)]
    }
}

/// No way for meter errors stands any more.
public struct MarkMeterHookGone: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET meter_hook_status = 'unregistered', meter_hook_id = NULL, meter_hook_secret_id = NULL
        """

    /// States the wish.
    public init() {}
}
