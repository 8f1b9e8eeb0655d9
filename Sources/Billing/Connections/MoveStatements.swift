public import Jobs
public import Postgres

/// The same account, by its own key from here on; its webhook is to be registered.
public struct MarkMovedToKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection c
           SET mode = 'secret_key', account_via = 'secret_key', secret_id = $2, candidate_secret_id = NULL,
               key_kind = s.key_kind, key_last4 = s.last4, key_ok = true, checked_at = now(), status = 'validating',
               problem = NULL, webhook_status = 'unregistered', meter_hook_status = 'unregistered', updated_at = now()
          FROM app.sealed_secret s
         WHERE c.id = $1 AND s.tenant_id = c.tenant_id AND s.id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection and the key.
    public init(_ id: Connection.ID, key: SealedSecret.ID) {
        parameters = [.uuid(id.rawValue), .uuid(key.rawValue)]
    }
}

/// The same account, through the platform from here on; no key of its own is held any more.
public struct MarkMovedToConnect: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET mode = 'connect', account_via = 'connect', secret_id = NULL, candidate_secret_id = NULL, key_kind = NULL,
               key_last4 = NULL, webhook_endpoint_id = NULL, webhook_secret_id = NULL, webhook_endpoints_used = NULL,
               meter_hook_status = 'unregistered', meter_hook_id = NULL, meter_hook_secret_id = NULL, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection.
    public init(_ id: Connection.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Whether another agency reaches the account through the platform.
public struct FindAccountTaken: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.account_is_taken($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// `acct_…`
    public init(_ account: String) { parameters = [.text(account)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// How many calls that change something nobody knows the end of: they must be answered the way they were sent.
public struct CountOpenCalls: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT count(*) FROM app.stripe_call s JOIN app.command c ON c.tenant_id = s.tenant_id AND c.id = s.command_id
         WHERE s.outcome IS NULL AND c.outcome IS NULL AND c.kind <> 'connection.move'
        """

    /// States the question.
    public init() {}

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// The account that nothing of ours lives in is forgotten: another one is made.
public struct MarkAccountForgotten: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET account_id = NULL, account_via = NULL, account_name = NULL, details_submitted = false,
          charges_enabled = false, payouts_enabled = false, requirements = '{}', webhook_status = 'unregistered',
          last_payout = NULL, tax_status = NULL, tax_missing = '{}', updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection.
    public init(_ id: Connection.ID) { parameters = [.uuid(id.rawValue)] }
}

/// The wish to connect again led nowhere: the connection is what it was.
public struct MarkStillDisconnected: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET status = 'disconnected', key_ok = false, problem = $2, updated_at = now()
         WHERE id = $1 AND status IN ('onboarding', 'new')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ id: Connection.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }
}
