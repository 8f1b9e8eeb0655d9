internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// Makes a tenant; gives its inner number.
struct InsertTenant: Statement {
    typealias Scope = AdministrativeScope
    let id: UUID
    let agency: UUID
    let title: String
    let livemode: Bool
    static let sql: StaticString = "SELECT app.add_tenant($1, $2, $3, $4)"
    var parameters: [Parameter] { [.uuid(id), .uuid(agency), .text(title), .bool(livemode)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Every tenant.
struct ListAllTenants: Statement {
    typealias Scope = AdministrativeScope
    /// One tenant as the operator sees it.
    struct Found: Sendable {
        let id: UUID
        let agency: UUID
        let title: String
        let livemode: Bool
        let suspendedAt: Timestamp?
        let createdAt: Timestamp
        let apiKeys: Int64
    }
    static let sql: StaticString = """
        SELECT public_id, agency_id, name, livemode, suspended_at, created_at, api_keys FROM app.list_tenants()
        """
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            id: try row.uuid(0), agency: try row.uuid(1), title: try row.string(2), livemode: try row.bool(3),
            suspendedAt: try row.optionalTimestamp(4), createdAt: try row.timestamp(5), apiKeys: try row.int(6))
    }
}

/// Shuts a tenant's API keys out, or lets them in again; gives whether there is such a tenant.
struct MarkTenantSuspended: Statement {
    typealias Scope = AdministrativeScope
    let id: UUID
    let suspended: Bool
    static let sql: StaticString = "SELECT app.suspend_tenant($1, $2)"
    var parameters: [Parameter] { [.uuid(id), .bool(suspended)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// What a tenant's plan includes; nil when there is no such tenant.
struct FindTenantFeatures: Statement {
    typealias Scope = AdministrativeScope
    let id: UUID
    static let sql: StaticString = "SELECT app.tenant_features($1)"
    var parameters: [Parameter] { [.uuid(id)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> [String]? {
        row.isNull(0) ? nil : try row.strings(0)
    }
}

/// Sets it; gives whether there is such a tenant.
struct MarkTenantFeatures: Statement {
    typealias Scope = AdministrativeScope
    let id: UUID
    let features: [String]
    static let sql: StaticString = "SELECT app.set_tenant_features($1, $2)"
    var parameters: [Parameter] { [.uuid(id), .texts(features)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
