internal import Daemon
public import Postgres

// How the work stands, for the role tollgate_admin.

/// What runs and what is tried again, by queue and by what the last try said.
public struct ListStandings: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// All of them.
    public init() {}
    /// The query.
    public static let sql: StaticString = """
        SELECT queue, state, code, jobs, (since_seconds * 1000)::bigint, (late_seconds * 1000)::bigint, command, kind,
               tenant_name
          FROM jobq.standing()
        """
    /// One queue, state and reason.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> JobStanding {
        JobStanding(
            queue: try row.string(0), state: try row.string(1) == "running" ? .running : .retrying,
            code: try row.optionalString(2), jobs: try row.int(3), age: .milliseconds(try row.int(4)),
            overdue: .milliseconds(try row.optionalInt(5) ?? 0), command: try row.uuid(6), kind: try row.string(7),
            tenantName: try row.string(8))
    }
}

/// Whether Stripe answers.
public struct FindStripeSilence: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// Of all tenants.
    public init() {}
    /// The query.
    public static let sql: StaticString = """
        SELECT waiting, tenants, since, last_at, answered_at, command, code, message FROM jobq.stripe_silence()
        """
    /// The one row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> StripeSilence {
        StripeSilence(
            waiting: try row.int(0), tenants: try row.int(1), since: try row.optionalTimestamp(2),
            lastFailureAt: try row.optionalTimestamp(3), lastAnswerAt: try row.optionalTimestamp(4),
            command: try row.optionalUUID(5), code: try row.optionalString(6), message: try row.optionalString(7))
    }
}
