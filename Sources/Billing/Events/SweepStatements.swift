public import Daemon
public import Jobs
public import Postgres

/// What stands in the way of another look for missed events.
public struct FindSweepStanding: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// What there may be.
    public struct Standing: Equatable, Sendable {
        /// Whether one that is longer than a turn goes on.
        public var isUnderway: Bool
        /// When Stripe refused the last one; nil since it answers.
        public var refusedAt: Timestamp?
    }
    /// The query.
    public static let sql: StaticString = """
        SELECT EXISTS (SELECT 1 FROM app.command WHERE target_id = $1 AND target_kind = 'sweep' AND outcome IS NULL),
               (SELECT events_refused_at FROM app.connection WHERE id = $1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection.
    public init(of connection: Connection.ID) { parameters = [.uuid(connection.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Standing {
        Standing(isUnderway: try row.bool(0), refusedAt: try row.optionalTimestamp(1))
    }
}

/// Stripe refuses to list what happened.
public struct MarkEventsRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET events_refusal = $2, events_refused_at = now(), updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection and the problem; JSON text.
    public init(_ id: Connection.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }
}

/// Stripe lists what happened. Gives a row where it had refused to: what its key lacked for it, it lacks no more.
public struct MarkEventsHeard: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH heard AS (
          UPDATE app.connection SET events_refusal = NULL, events_refused_at = NULL, updated_at = now()
           WHERE id = $1 AND events_refused_at IS NOT NULL RETURNING true
        ), regained AS (
          UPDATE app.key_permission SET ok = true, denied = NULL, detail = NULL, checked_at = now()
           WHERE NOT ok AND (name = 'event' OR needed_for = 'for the command events.sweep')
             AND EXISTS (SELECT 1 FROM heard)
        ) SELECT true FROM heard
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection.
    public init(_ id: Connection.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
