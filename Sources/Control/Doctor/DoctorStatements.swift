internal import Daemon
internal import Postgres

/// What the server is and how it was set up.
struct FindServerFacts: Statement {
    typealias Scope = AdministrativeScope
    /// The facts doctor judges.
    struct Found: Sendable {
        let version: Int64
        let versionText: String
        let now: Timestamp
        let fsync: String
        let synchronousCommit: String
        let fullPageWrites: String
        let inRecovery: Bool
        let role: String
        let checksums: String
        let connectionsMax: Int64
    }
    static let sql: StaticString = """
        SELECT current_setting('server_version_num')::int, current_setting('server_version'), clock_timestamp(),
               current_setting('fsync'), current_setting('synchronous_commit'), current_setting('full_page_writes'),
               pg_is_in_recovery(), current_user::text, current_setting('data_checksums'),
               current_setting('max_connections')::int
        """
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            version: try row.int(0), versionText: try row.string(1), now: try row.timestamp(2),
            fsync: try row.string(3),
            synchronousCommit: try row.string(4), fullPageWrites: try row.string(5), inRecovery: try row.bool(6),
            role: try row.string(7), checksums: try row.string(8), connectionsMax: try row.int(9))
    }
}

/// What breaks the wall between tenants; must be empty.
struct ListIsolationViolations: Statement {
    typealias Scope = AdministrativeScope
    static let sql: StaticString = "SELECT v::text FROM app.isolation_violations v"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}
