internal import Daemon
public import FoundationEssentials
public import Postgres

// What operators see and decide, for the role tollgate_admin (the first two also for tollgate_metrics, and all that
// neither pauses nor tells of paused queues for tollgate_pages).

/// Live jobs and dead letters per queue and state; every queue has a row for each state.
public struct ListQueueDepth: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// All queues.
    public init() {}
    /// The query.
    public static let sql: StaticString = """
        SELECT queue, state, jobs, (oldest_seconds * 1000)::bigint, paused, lanes_paused, sampled_at FROM jobq.depth()
        """
    /// One queue and state.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> QueueDepth {
        QueueDepth(
            queue: try row.string(0), state: try row.string(1), jobs: try row.int(2),
            oldest: .milliseconds(try row.int(3)),
            isPaused: try row.bool(4), lanesPaused: try row.int(5), sampledAt: try row.timestamp(6))
    }
}

/// The worker processes.
public struct ListWorkers: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// All of them.
    public init() {}
    /// The query.
    public static let sql: StaticString = """
        SELECT id, queue, coalesce(host, ''), coalesce(pid, 0), coalesce(version, ''), started_at,
               least(silent_seconds * 1000, 1e15)::bigint, draining, running
          FROM jobq.workers()
        """
    /// One worker.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> WorkerStatus {
        WorkerStatus(
            id: try row.int(0), queue: try row.string(1), host: try row.string(2), processID: try row.int(3),
            version: try row.string(4), startedAt: try row.timestamp(5), silence: .milliseconds(try row.int(6)),
            isDraining: try row.bool(7), running: try row.int(8))
    }
}

/// Queues of which nothing is begun, by an operator's word.
public struct ListPausedQueues: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// All of them.
    public init() {}
    /// The query.
    public static let sql: StaticString = "SELECT queue, paused_at, pause_why FROM jobq.paused_queues()"
    /// One queue.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PausedQueue {
        PausedQueue(queue: try row.string(0), pausedAt: try row.timestamp(1), why: try row.optionalString(2))
    }
}

/// Tenants whose jobs do not run, longest first.
public struct ListPausedLanes: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// All of them.
    public init() {}
    /// The query.
    public static let sql: StaticString = """
        SELECT queue, tenant_public_id, tenant_name, paused_at, pause_by, pause_why FROM jobq.paused_lanes()
        """
    /// One lane.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PausedLane {
        PausedLane(
            queue: try row.string(0), tenant: try row.uuid(1), tenantName: try row.string(2),
            pausedAt: try row.timestamp(3),
            pausedBy: try row.string(4), why: try row.optionalString(5))
    }
}

/// Live jobs and dead letters, newest first.
public struct ListJobs: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    let queue: String?
    let state: String?
    let tenant: UUID?
    let limit: Int
    let before: Int64?

    /// Only those of a queue, in a state (a word of `QueueDepth`), of a tenant; `before` is the last page's last
    /// command.
    public init(queue: String? = nil, state: String? = nil, tenant: UUID? = nil, limit: Int = 50, before: Int64? = nil)
    {
        self.queue = queue
        self.state = state
        self.tenant = tenant
        self.limit = limit
        self.before = before
    }

    /// The query.
    public static let sql: StaticString = """
        SELECT command_id, public_id, tenant_public_id, tenant_name, queue, kind, state, ordering_key, attempt,
          failures,
               created_at, next_at, http_status, code, request_id, message
          FROM jobq.list_jobs($1, $2, $3, $4, $5)
        """
    /// Queue, state, tenant, limit, before.
    public var parameters: [Parameter] {
        [.optional(queue), .optional(state), .optional(tenant), .int(Int64(limit)), .optional(before)]
    }
    /// One job.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> JobSummary {
        JobSummary(
            command: try row.int(0), publicID: try row.uuid(1), tenant: try row.uuid(2), tenantName: try row.string(3),
            queue: try row.string(4), kind: try row.string(5), state: try row.string(6),
            orderingKey: try row.optionalString(7), attempt: Int(try row.int(8)), failures: Int(try row.int(9)),
            createdAt: try row.timestamp(10), nextAt: try row.optionalTimestamp(11),
            httpStatus: try row.optionalInt(12).map(Int.init), code: try row.optionalString(13),
            requestID: try row.optionalString(14), message: try row.optionalString(15))
    }
}

/// One command, by its public id, whoever's it is.
public struct FindJob: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    let command: UUID

    /// By its public id.
    public init(_ command: UUID) { self.command = command }

    /// The query.
    public static let sql: StaticString = """
        SELECT command_id, public_id, tenant_public_id, tenant_name, queue, kind, state, ordering_key, attempt,
          failures,
               created_at, next_at, finished_at, payload, result, problem, why
          FROM jobq.show_job($1)
        """
    /// Command.
    public var parameters: [Parameter] { [.uuid(command)] }
    /// The command.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> JobDetails {
        JobDetails(
            command: try row.int(0), publicID: try row.uuid(1), tenant: try row.uuid(2), tenantName: try row.string(3),
            queue: try row.string(4), kind: try row.string(5), state: try row.string(6),
            orderingKey: try row.optionalString(7), attempt: Int(try row.int(8)), failures: Int(try row.int(9)),
            createdAt: try row.timestamp(10), nextAt: try row.optionalTimestamp(11),
            finishedAt: try row.optionalTimestamp(12), payload: try row.json(13), result: try row.optionalJSON(14),
            problem: try row.optionalJSON(15), why: try row.optionalString(16) ?? "")
    }
}

/// What happened to a command, oldest first.
public struct ListJobEvents: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    let command: UUID

    /// By its public id.
    public init(_ command: UUID) { self.command = command }

    /// The query.
    public static let sql: StaticString = """
        SELECT at, what, n, ms, http_status, code, request_id, detail, next_at FROM jobq.history($1)
        """
    /// Command.
    public var parameters: [Parameter] { [.uuid(command)] }
    /// One line.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> JobEvent {
        JobEvent(
            at: try row.timestamp(0), what: try row.string(1), number: Int(try row.int(2)),
            took: try row.optionalInt(3).map { .milliseconds($0) }, httpStatus: try row.optionalInt(4).map(Int.init),
            code: try row.optionalString(5), requestID: try row.optionalString(6), detail: try row.optionalString(7),
            nextAt: try row.optionalTimestamp(8))
    }
}

/// An operator's decision about a command. Answers one word: retried, skipped, canceled, running, alive, finished, sent
/// (a call to Stripe is unanswered) or unknown; no row when no tenant has it.
public struct ResolveJob: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    /// What may be decided.
    public enum Decision: String, Sendable, CaseIterable {
        /// A dead letter runs again, with the same idempotency keys, at the head of its key.
        case retry
        /// A dead letter lets its successors go.
        case skip
        /// A waiting command will not run.
        case cancel
    }
    let command: UUID
    let decision: Decision
    let actor: String

    /// `actor` goes into the command's history.
    public init(_ command: UUID, _ decision: Decision, actor: String) {
        self.command = command
        self.decision = decision
        self.actor = actor
    }

    /// The query.
    public static let sql: StaticString = "SELECT jobq.resolve($1, $2, $3)"
    /// Command, decision, actor.
    public var parameters: [Parameter] { [.uuid(command), .text(decision.rawValue), .text(actor)] }
    /// The answer.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String {
        try row.optionalString(0) ?? "unknown"
    }
}

/// Stops a queue, or lets it run on. Answers whether there is such a queue.
public struct SetQueuePause: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    let queue: String
    let reason: String?

    /// Stops it for a reason; without one it runs on.
    public init(_ queue: String, reason: String?) {
        self.queue = queue
        self.reason = reason
    }

    /// The query.
    public static let sql: StaticString = """
        SELECT CASE WHEN $2::text IS NULL THEN jobq.resume_queue($1) ELSE jobq.pause_queue($1, $2) END
        """
    /// Queue, reason.
    public var parameters: [Parameter] { [.text(queue), .optional(reason)] }
    /// Whether there is such a queue.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// Stops a tenant in a queue or in all, or lets it run on. Answers how many lanes that changed.
public struct SetLanePause: Statement {
    /// Belongs to no tenant.
    public typealias Scope = PlatformScope
    let queue: String?
    let tenant: UUID
    let reason: String?

    /// Stops it for a reason; without one it runs on, whoever stopped it.
    public init(queue: String?, tenant: UUID, reason: String?) {
        self.queue = queue
        self.tenant = tenant
        self.reason = reason
    }

    /// The query.
    public static let sql: StaticString = """
        SELECT CASE WHEN $3::text IS NULL THEN jobq.resume_lane($1, $2) ELSE jobq.pause_lane($1, $2, $3) END
        """
    /// Queue, tenant, reason.
    public var parameters: [Parameter] { [.optional(queue), .uuid(tenant), .optional(reason)] }
    /// Lanes changed.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}
