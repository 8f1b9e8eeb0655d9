public import FoundationEssentials
public import Jobs
public import Postgres

/// Who entered by an API key.
public struct KeyEntrance: Equatable, Sendable {
    /// The key's row: the actor in the audit log.
    public var key: UUID
    /// What ciphertexts are bound to; never leaves the process.
    public var tenantNumber: Int64
    /// Whose key.
    public var tenant: Tenant.ID
    /// Whether the tenant moves real money.
    public var livemode: Bool
    /// What the tenant may use (A3).
    public var features: [String]

    /// The actor in the audit log and in causes.
    public var actor: String { "key_" + key.uuidString.lowercased().filter { $0 != "-" } }
}

/// Opens a tenant's transaction for the holder of an API key. The database refuses with 28000 whoever is unknown,
/// expired, revoked or suspended, and with 42501 whoever lacks the scope.
public struct EnterByKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT e.key_id, app.current_tenant(), e.tenant_public_id, e.livemode,
               (SELECT t.features FROM app.tenant t WHERE t.public_id = e.tenant_public_id)
          FROM app.enter_by_key($1, $2) e
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `mac` is of the whole key; `scope` is what the route asks for.
    public init(mac: [UInt8], scope: String) {
        parameters = [.bytes(mac), .text(scope)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KeyEntrance {
        try KeyEntrance(
            key: row.uuid(0), tenantNumber: row.int(1), tenant: row.id(2), livemode: row.bool(3),
            features: row.strings(4))
    }
}

/// Where a webhook came in.
public struct HookEntrance: Equatable, Sendable {
    /// The connection it is for.
    public var connection: Connection.ID
    /// What ciphertexts are bound to; never leaves the process.
    public var tenantNumber: Int64
    /// Whether the tenant moves real money.
    public var livemode: Bool
    /// Stripe's id of the account, where it is known.
    public var account: String?
}

/// Opens a tenant's transaction for the holder of its webhook URL's token; nothing is believed before the signature was
/// checked with that tenant's own secrets (S18).
public struct EnterByHook: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT connection_id, tenant, livemode, account_id FROM app.enter_by_hook($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `token` is the last part of the URL.
    public init(token: UUID) {
        parameters = [.uuid(token)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> HookEntrance {
        try HookEntrance(
            connection: row.id(0), tenantNumber: row.int(1), livemode: row.bool(2), account: row.optionalString(3))
    }
}

/// Whether the entered tenant moves real money.
public struct FindLivemode: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT livemode FROM app.tenant"

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
