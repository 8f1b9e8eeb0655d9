public import Daemon
public import Jobs
public import Postgres

/// One key.
public struct FindPortalKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, prefix, last4, name, scopes, expires_at, revoked_at, last_used_at, created_by, replaces, api_version,
               created_at
          FROM app.api_key WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalKey.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalKey { try PortalKey(row) }
}

/// The same, held until the transaction ends: of two that end or replace it, the second sees what the first did.
public struct FindPortalKeyForUpdate: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, prefix, last4, name, scopes, expires_at, revoked_at, last_used_at, created_by, replaces, api_version,
               created_at
          FROM app.api_key WHERE id = $1 FOR NO KEY UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalKey.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalKey { try PortalKey(row) }
}

/// The key that opened this transaction, and whose it is.
public struct FindOwnKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// What its holder may know of it.
    public struct Found: Equatable, Sendable {
        /// Which one.
        public var id: PortalKey.ID
        /// What it is for.
        public var name: String
        /// `tg_test_` or `tg_live_`.
        public var prefix: String
        /// The last four characters.
        public var last4: String
        /// When it ends by itself.
        public var expiresAt: Timestamp?
        /// The tenant's name.
        public var tenantName: String
    }
    /// The query.
    public static let sql: StaticString = """
        SELECT k.id, k.name, k.prefix, k.last4, k.expires_at, t.name FROM app.own_key() k, app.tenant t
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        try Found(
            id: row.id(0), name: row.string(1), prefix: row.string(2), last4: row.string(3),
            expiresAt: row.optionalTimestamp(4), tenantName: row.string(5))
    }
}

/// The tenant's keys, newest first.
public struct ListPortalKeys: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, prefix, last4, name, scopes, expires_at, revoked_at, last_used_at, created_by, replaces, api_version,
               created_at
          FROM app.api_key x
         WHERE x.id IN (
           (SELECT id FROM app.api_key WHERE NOT $3 AND id < $1 ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.api_key WHERE $3 AND id > $2 ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the page.
    public init(_ page: Page) { parameters = page.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalKey { try PortalKey(row) }
}

/// A new key. 42501 `api_key_scopes`: it would give more than its maker has.
public struct InsertPortalKey: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.api_key (id, mac, pepper_id, prefix, last4, name, scopes, expires_at, created_by, replaces)
        VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: PortalKey.ID, _ wish: PortalKeyWish) {
        parameters = [
            .uuid(id.rawValue), .bytes(wish.mac), .text(wish.prefix), .text(wish.last4), .text(wish.name),
            .texts(wish.scopes), .optional(wish.expiresAt), .text(wish.createdBy), .optional(wish.replaces?.rawValue),
        ]
    }
}

/// Ends a key at once. Ending it twice keeps the first time.
public struct MarkPortalKeyRevoked: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalKey.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Lets a key end by itself; one that ends earlier anyway keeps its end.
public struct MarkPortalKeyEnding: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.api_key SET expires_at = least(expires_at, $2) WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it and its end.
    public init(_ id: PortalKey.ID, at end: Timestamp) { parameters = [.uuid(id.rawValue), .timestamp(end)] }
}

extension PortalKey {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), prefix: try row.string(1), last4: try row.string(2), name: try row.string(3),
            scopes: try row.strings(4), expiresAt: try row.optionalTimestamp(5),
            revokedAt: try row.optionalTimestamp(6), lastUsedAt: try row.optionalTimestamp(7),
            createdBy: try row.optionalString(8), replaces: try row.optionalID(9), apiVersion: try row.string(10),
            createdAt: try row.timestamp(11))
    }
}
