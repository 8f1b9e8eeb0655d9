public import Daemon
public import FoundationEssentials
public import Jobs
public import Postgres

/// The connection's row as a worker needs it: with the names of its secrets.
public struct ConnectionState: Sendable {
    /// What readers see.
    public var connection: Connection
    /// The active key.
    public var key: SealedSecret.ID?
    /// A pasted key that is not proven yet.
    public var candidate: SealedSecret.ID?
    /// The webhook endpoint's signing secret.
    public var webhookSecret: SealedSecret.ID?
    /// The unguessable part of the webhook's URL.
    public var webhookToken: UUID
    /// Events up to here have been swept.
    public var sweptUntil: Timestamp?
    /// The tenant's mode.
    public var livemode: Bool
    /// The tenant's name, for the endpoint's description.
    public var tenantName: String
}

/// The entered tenant's connection, locked against other changes of it.
public struct FindConnectionState: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT c.id, mode, status, account_id, account_name, country, email, default_currency, key_kind, key_last4,
          key_ok, checked_at,
               candidate_secret_id IS NOT NULL, webhook_status, webhook_endpoint_id, webhook_endpoints_used,
                 last_event_at,
               charges_enabled, payouts_enabled, details_submitted, requirements, problem, c.created_at, c.updated_at,
               secret_id, candidate_secret_id, webhook_secret_id, webhook_token, events_cursor_at, t.livemode, t.name
          FROM app.connection c JOIN app.tenant t ON t.tenant_id = c.tenant_id WHERE c.id = $1 FOR NO KEY UPDATE OF c
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> ConnectionState {
        try ConnectionState(
            connection: Connection(row), key: row.optionalID(24), candidate: row.optionalID(25),
            webhookSecret: row.optionalID(26), webhookToken: row.uuid(27), sweptUntil: row.optionalTimestamp(28),
            livemode: row.bool(29), tenantName: row.string(30))
    }
}

/// A pasted key works and belongs to the same account: it becomes the active one.
public struct MarkKeyProven: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection c
           SET account_id = coalesce($3, account_id), account_name = coalesce($4, account_name), country = coalesce($5,
             country),
               email = coalesce($6, email), default_currency = coalesce($7, default_currency), charges_enabled = $8,
                 payouts_enabled = $9,
               details_submitted = $10, requirements = $11, secret_id = $2, candidate_secret_id = NULL,
                 mode = 'secret_key', account_via = CASE WHEN $3::text IS NULL THEN account_via ELSE 'secret_key' END,
                 key_ok = true, checked_at = now(),
               key_kind = s.key_kind, key_last4 = s.last4, problem = NULL, updated_at = now(),
               status = CASE WHEN status IN ('connected', 'degraded') THEN status ELSE 'validating' END
          FROM app.sealed_secret s
         WHERE c.id = $1 AND s.tenant_id = c.tenant_id AND s.id = $2 AND c.candidate_secret_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, key: SealedSecret.ID, of account: AccountSnapshot) {
        parameters = [.uuid(id.rawValue), .uuid(key.rawValue)] + account.parameters
    }
}

/// A pasted key is not taken. An active key beside it goes on working.
public struct MarkCandidateRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET candidate_secret_id = NULL, problem = $3, updated_at = now(),
               status = CASE WHEN secret_id IS NULL THEN 'invalid' ELSE status END, key_ok = secret_id IS NOT NULL
                 AND key_ok
         WHERE id = $1 AND candidate_secret_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, key: SealedSecret.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .uuid(key.rawValue), .json(problem)]
    }
}

/// The link was ended: no key is held any more.
public struct MarkKeyForgotten: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET secret_id = NULL, candidate_secret_id = NULL, key_ok = false, updated_at = now()
          WHERE id = $1 AND status = 'disconnected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// Stripe refuses the key. Gives a row only when that is news.
public struct MarkKeyRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET status = 'invalid', key_ok = false, problem = $1, checked_at = now(),
          updated_at = now()
         WHERE status NOT IN ('invalid', 'disconnected') AND ($2::uuid IS NULL OR secret_id = $2) RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the facts; with a key, only if that one is still the active one.
    public init(problem: String, key: SealedSecret.ID? = nil) {
        parameters = [.json(problem), .optional(key?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Connection.ID {
        try row.id(0)
    }
}

/// Stripe's last refusal, shown with the connection.
public struct MarkConnectionProblem: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET problem = $2, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, problem: String) {
        parameters = [.uuid(id.rawValue), .json(problem)]
    }
}
