internal import Daemon
public import FoundationEssentials
public import Postgres

// What a tenant's own transaction may ask of the queue.

/// Opens the tenant's scope for the worker that holds one of its jobs; refused (55000) when the lease is lost.
public struct EnterJob: Statement {
    /// What it opens.
    public typealias Scope = TenantScope
    let job: ClaimedJob

    /// Shows the lease.
    public init(_ job: ClaimedJob) { self.job = job }

    /// The query.
    public static let sql: StaticString = "SELECT app.enter_job($1, $2, $3)"
    /// Tenant, job, lease.
    public var parameters: [Parameter] { [.int(job.tenant), .int(job.id), .int(job.lease)] }
}

/// Accepts a command; `Transaction.enqueue` is the way to it.
struct EnqueueCommand: Statement {
    typealias Scope = TenantScope
    let queue: QueueName
    let kind: String
    let payload: String
    let publicID: UUID
    let orderingKey: String?
    let dedupeKey: String?
    let urgency: Urgency
    let runAt: Timestamp?
    let failuresMax: Int
    let onDead: OnDead
    let traceParent: String?
    let waited: Bool
    let target: (kind: String, id: UUID)?

    static let sql: StaticString = """
        SELECT command_id, public_id, created, tenant, queue_id
          FROM jobq.enqueue($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        """
    var parameters: [Parameter] {
        [
            .int(Int64(queue.id)), .text(kind), .json(payload), .uuid(publicID), .optional(orderingKey),
            .optional(dedupeKey),
            .int(Int64(urgency.rawValue)), .optional(runAt), .int(Int64(failuresMax)), .text(onDead.rawValue),
            .optional(traceParent), .bool(waited), .optional(target?.kind), .optional(target?.id),
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CommandReceipt {
        try CommandReceipt(row)
    }
}

/// Ends a job inside its handler's transaction, so that its end and its effects are kept together or not at all.
/// Refused (55000) when the lease is lost.
public struct FinishJob: Statement {
    /// The handler's scope.
    public typealias Scope = TenantScope
    /// How a handler may end its job.
    public enum Ending: Sendable, Equatable {
        /// It succeeded; the result as JSON.
        case done(result: String?)
        /// Refused for business reasons; the problem as JSON.
        case failed(problem: String)
        /// Nothing was left to do; the reason as JSON.
        case cancelled(problem: String?)
    }
    let job: ClaimedJob
    let ending: Ending

    /// Ends `job`.
    public init(_ job: ClaimedJob, _ ending: Ending) {
        self.job = job
        self.ending = ending
    }

    /// The query.
    public static let sql: StaticString = "SELECT jobq.finish_job($1, $2, $3, $4, $5)"
    /// Job, lease, outcome, result, problem.
    public var parameters: [Parameter] {
        let head: [Parameter] = [.int(job.id), .int(job.lease)]
        return switch ending {
        case .done(let result): head + [.text("done"), .optional(json: result), .null]
        case .failed(let problem): head + [.text("failed"), .null, .json(problem)]
        case .cancelled(let problem): head + [.text("cancelled"), .null, .optional(json: problem)]
        }
    }
}

/// The tenant's key works again: what was stopped by a refused key runs on. Answers how many lanes were stopped.
public struct ResumeConnection: Statement {
    /// The tenant's scope.
    public typealias Scope = TenantScope
    /// Says so.
    public init() {}
    /// The query.
    public static let sql: StaticString = "SELECT jobq.resume_connection()"
    /// Lanes resumed.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Ends a command of the tenant that has not begun or waits.
public struct CancelCommand: Statement {
    /// The tenant's scope.
    public typealias Scope = TenantScope
    let command: UUID
    let actor: String

    /// What became of the wish.
    public enum Answer: String, Sendable {
        /// It will not run.
        case canceled
        /// It runs just now.
        case running
        /// It had ended before.
        case finished
        /// A call to Stripe is unanswered: its effect would be left behind.
        case sent
        /// The tenant has no such command.
        case unknown
    }

    /// `actor` goes into the command's history.
    public init(_ command: UUID, actor: String) {
        self.command = command
        self.actor = actor
    }

    /// The query.
    public static let sql: StaticString = "SELECT jobq.cancel($1, $2)"
    /// Command, actor.
    public var parameters: [Parameter] { [.uuid(command), .text(actor)] }
    /// The answer.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Answer {
        Answer(rawValue: try row.string(0)) ?? .unknown
    }
}

/// Has a dead command of the tenant tried again.
public struct RetryCommand: Statement {
    /// The tenant's scope.
    public typealias Scope = TenantScope
    let command: UUID
    let actor: String

    /// What became of the wish.
    public enum Answer: String, Sendable {
        /// It will run again.
        case retried
        /// It has not ended.
        case alive
        /// It ended otherwise than dead.
        case finished
        /// The tenant has no such command.
        case unknown
    }

    /// `actor` goes into the command's history.
    public init(_ command: UUID, actor: String) {
        self.command = command
        self.actor = actor
    }

    /// The query.
    public static let sql: StaticString = "SELECT jobq.retry($1, $2)"
    /// Command, actor.
    public var parameters: [Parameter] { [.uuid(command), .text(actor)] }
    /// The answer.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Answer {
        Answer(rawValue: try row.string(0)) ?? .unknown
    }
}

/// How far commands of the tenant have come.
public struct ListProgress: Statement {
    /// The tenant's scope.
    public typealias Scope = TenantScope
    let commands: [Int64]

    /// By the commands' rows.
    public init(_ commands: [Int64]) { self.commands = commands }

    /// The query.
    public static let sql: StaticString = "SELECT command_id, state, attempt, failures, next_at FROM jobq.progress($1)"
    /// Commands.
    public var parameters: [Parameter] { [.ints(commands)] }
    /// One command's progress.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CommandProgress {
        CommandProgress(
            command: try row.int(0), state: try row.string(1), attempt: Int(try row.int(2)),
            failures: Int(try row.int(3)),
            nextAt: try row.optionalTimestamp(4))
    }
}
