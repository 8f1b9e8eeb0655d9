internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// Stores what an API key is recognised by; gives whether there is such a tenant.
struct InsertAPIKey: Statement {
    typealias Scope = AdministrativeScope
    let tenant: UUID
    let id: UUID
    let mac: [UInt8]
    let prefix: String
    let last4: String
    let title: String
    let scopes: [String]
    let expiresAt: Timestamp?
    static let sql: StaticString = "SELECT app.add_api_key($1, $2, $3, 1::smallint, $4, $5, $6, $7, $8)"
    var parameters: [Parameter] {
        [
            .uuid(tenant), .uuid(id), .bytes(mac), .text(prefix), .text(last4), .text(title), .texts(scopes),
            .optional(expiresAt),
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// A tenant's API keys, without the keys.
struct ListAPIKeys: Statement {
    typealias Scope = AdministrativeScope
    /// One key as the operator sees it.
    struct Found: Sendable {
        let id: UUID
        let prefix: String
        let last4: String
        let title: String
        let scopes: [String]
        let expiresAt: Timestamp?
        let revokedAt: Timestamp?
        let lastUsedAt: Timestamp?
        let createdAt: Timestamp
    }
    let tenant: UUID
    static let sql: StaticString = """
        SELECT id, prefix, last4, name, scopes, expires_at, revoked_at, last_used_at, created_at
          FROM app.list_api_keys($1)
        """
    var parameters: [Parameter] { [.uuid(tenant)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            id: try row.uuid(0), prefix: try row.string(1), last4: try row.string(2), title: try row.string(3),
            scopes: try row.strings(4), expiresAt: try row.optionalTimestamp(5),
            revokedAt: try row.optionalTimestamp(6),
            lastUsedAt: try row.optionalTimestamp(7), createdAt: try row.timestamp(8))
    }
}

/// Ends an API key; gives whether there is such a key.
struct MarkAPIKeyRevoked: Statement {
    typealias Scope = AdministrativeScope
    let tenant: UUID
    let id: UUID
    static let sql: StaticString = "SELECT app.revoke_api_key($1, $2)"
    var parameters: [Parameter] { [.uuid(tenant), .uuid(id)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
