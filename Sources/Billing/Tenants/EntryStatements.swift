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
    /// What the caller may do: the key's scopes, narrowed by the role of the user it acts for.
    public var scopes: [String]
    /// The portal user it acts for.
    public var user: PortalUser.ID?
    /// How high it stands: that user's role, or the role of the user who made the key, where that is lower.
    public var role: PortalRole?
    /// That user's client: nothing of another one is seen.
    public var client: Client.ID?

    /// The actor in the audit log and in causes: the user where there is one, else the key.
    public var actor: String { user?.text ?? PortalKey.ID(rawValue: key).text }
    /// Whether the scopes cover one: `clients:write` is covered by itself, `clients:*` and `*`.
    public func may(_ scope: String) -> Bool {
        let area = scope.split(separator: ":").first.map { "\($0):*" } ?? "*"
        return scopes.contains { $0 == scope || $0 == area || $0 == "*" }
    }
    /// How high the caller stands; a key alone stands as high as an owner.
    public var rank: Int { (role ?? .owner).rank }
}

/// How a portal says for whom it asks.
public enum UserName: Hashable, Sendable {
    /// By our id.
    case id(PortalUser.ID)
    /// By the portal's own.
    case external(String)
}

/// Opens a tenant's transaction for the holder of an API key. The database refuses with 28000 whoever is unknown,
/// expired, revoked or suspended, and with 42501 whoever lacks the scope: the key, or the user it acts for.
public struct EnterByKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT e.key_id, app.current_tenant(), e.tenant_public_id, e.livemode,
               (SELECT t.features FROM app.tenant t WHERE t.public_id = e.tenant_public_id), e.scopes, e.user_id,
               e.role, e.client_id
          FROM app.enter_by_key($1, $2, $3, $4) e
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `mac` is of the whole key; `scope` is what the route asks for, if anything; `user` is for whom the portal asks.
    public init(mac: [UInt8], scope: String?, user: UserName? = nil) {
        var (id, external): (Parameter, Parameter) = (.null, .null)
        switch user {
        case .id(let user): id = .uuid(user.rawValue)
        case .external(let name): external = .text(name)
        case nil: break
        }
        parameters = [.bytes(mac), .optional(scope), id, external]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> KeyEntrance {
        try KeyEntrance(
            key: row.uuid(0), tenantNumber: row.int(1), tenant: row.id(2), livemode: row.bool(3),
            features: row.strings(4), scopes: row.strings(5), user: row.optionalID(6), role: row.optionalWord(7),
            client: row.optionalID(8))
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
