public import FoundationEssentials
public import Jobs
public import Postgres

/// One command.
public struct FindCommand: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT c.id, c.public_id, c.kind, c.target_kind, c.target_id, c.created_at, c.finished_at, c.outcome, c.result,
          c.problem,
               p.state, p.attempt, p.next_at
          FROM app.command c LEFT JOIN LATERAL jobq.progress(ARRAY[c.id]) p ON true
         WHERE c.public_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Command.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Command {
        try Command(row)
    }
}

/// The tenant's commands, newest first.
public struct ListCommands: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT c.id, c.public_id, c.kind, c.target_kind, c.target_id, c.created_at, c.finished_at, c.outcome, c.result,
          c.problem,
               p.state, p.attempt, p.next_at
          FROM app.command c LEFT JOIN LATERAL jobq.progress(ARRAY[c.id]) p ON true
         WHERE c.public_id IN (
           (SELECT public_id FROM app.command WHERE NOT $3 AND public_id < $1 AND ($5::text IS NULL OR kind = $5)
               AND ($6::text IS NULL OR coalesce(outcome, 'live') = $6) AND ($7::uuid IS NULL OR target_id = $7)
             ORDER BY public_id DESC LIMIT $4)
           UNION ALL
           (SELECT public_id FROM app.command WHERE $3 AND public_id > $2 AND ($5::text IS NULL OR kind = $5)
               AND ($6::text IS NULL OR coalesce(outcome, 'live') = $6) AND ($7::uuid IS NULL OR target_id = $7)
             ORDER BY public_id LIMIT $4))
         ORDER BY c.public_id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `outcome` is a word of the column, or `live`.
    public init(_ page: Page, kind: String? = nil, outcome: String? = nil, target: UUID? = nil) {
        parameters = page.parameters + [.optional(kind), .optional(outcome), .optional(target)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Command {
        try Command(row)
    }
}

/// Why a command waits, in one sentence.
public struct FindCommandWhy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce(app.why($1), '')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Command.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String {
        try row.string(0)
    }
}

/// A command's tries, the one that ended it and the one that runs among them, and the decisions about it, oldest first;
/// of very many the newest.
public struct ListAttempts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT n, began_at, ended_at, ms, what, http_status, code, request_id, message, next_at
          FROM jobq.own_tries($1, 100)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `number` is the command's inner number.
    public init(of number: Int64) {
        parameters = [.int(number)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Command.Attempt {
        try Command.Attempt(
            number: Int(row.int32(0)), beganAt: row.optionalTimestamp(1), endedAt: row.optionalTimestamp(2),
            milliseconds: row.optionalInt32(3).map(Int.init), verdict: row.string(4),
            httpStatus: row.optionalInt32(5).map(Int.init), code: row.optionalString(6),
            requestID: row.optionalString(7), message: row.optionalString(8), nextAt: row.optionalTimestamp(9))
    }
}

/// A command's writes to Stripe, in order.
public struct ListSteps: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT s.step, s.gen, s.method, s.path, s.first_sent_at, s.answered_at, s.http_status, s.stripe_request_id,
          s.object_id, s.outcome
          FROM app.stripe_call s WHERE s.command_id = $1 ORDER BY s.step, s.gen LIMIT 100
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `number` is the command's inner number.
    public init(of number: Int64) {
        parameters = [.int(number)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Command.Step {
        try Command.Step(
            number: Int(row.int32(0)), generation: Int(row.int32(1)), method: row.string(2), path: row.string(3),
            sentAt: row.timestamp(4), answeredAt: row.optionalTimestamp(5),
            httpStatus: row.optionalInt32(6).map(Int.init), requestID: row.optionalString(7),
            object: row.optionalString(8), outcome: row.optionalString(9))
    }
}

extension Command {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            number: try row.int(0), id: try row.id(1), kind: try row.string(2), targetKind: try row.optionalString(3),
            target: try row.optionalUUID(4), createdAt: try row.timestamp(5), finishedAt: try row.optionalTimestamp(6),
            outcome: try row.optionalString(7), result: try row.optionalJSON(8), problem: try row.optionalJSON(9),
            state: try row.optionalString(10) ?? "queued", attempt: Int(try row.optionalInt32(11) ?? 0),
            nextAt: try row.optionalTimestamp(12))
    }
}

/// Whether a command about a row is still to end.
public struct FindLiveCommand: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT true FROM app.command WHERE target_id = $1 AND outcome IS NULL LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row.
    public init(about target: UUID) { parameters = [.uuid(target)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// Whether a command that starts a subscription is still to end.
public struct FindLiveStart: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT true FROM app.command WHERE target_id = $1 AND kind = 'subscription.start' AND outcome IS NULL LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscription.
    public init(of subscription: Subscription.ID) { parameters = [.uuid(subscription.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}
