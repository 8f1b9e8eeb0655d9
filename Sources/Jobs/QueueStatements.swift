internal import Daemon
internal import Postgres

// The worker's side of the queue: every statement calls one function of schema jobq (sql/migrations/m0002_queue.sql).

/// Takes jobs off a queue.
struct ClaimJobs: Statement {
    typealias Scope = QueueScope
    let queue: QueueName
    let worker: Int64
    let wanted: Int
    let cursor: Int64
    let hints: [Int64]

    /// One row of a claim; there is at least one, without a job when none was taken.
    struct Claim: Sendable {
        let job: ClaimedJob?
        let nextCursor: Int64
        let isDry: Bool
    }

    static let sql: StaticString = """
        SELECT o_id, o_tenant, o_lease, o_attempt, o_failures, o_deadline, o_kind, o_payload, o_trace, o_key_seq,
          o_waited_ms,
               o_next_cursor, o_dry
          FROM jobq.claim($1, $2, $3, $4, $5)
        """
    var parameters: [Parameter] {
        [.int(Int64(queue.id)), .int(worker), .int(Int64(wanted)), .int(cursor), .ints(hints)]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Claim {
        guard !row.isNull(0) else {
            return Claim(job: nil, nextCursor: try row.optionalInt(11) ?? 0, isDry: try row.bool(12))
        }
        let job = ClaimedJob(
            id: try row.int(0), tenant: try row.int(1), lease: try row.int(2), attempt: Int(try row.int(3)),
            failures: Int(try row.int(4)), kind: try row.string(6), payload: try row.json(7),
            deadline: try row.timestamp(5), traceParent: try row.optionalString(8), keySeq: try row.optionalInt32(9),
            waited: .milliseconds(try row.optionalInt(10) ?? 0))
        return Claim(job: job, nextCursor: try row.int(11), isDry: false)
    }
}

/// Ends jobs in one go; gives the ids it ended. The others' leases are lost or their keys are busy.
struct FinishJobs: Statement {
    typealias Scope = QueueScope
    let batch: [Completion]

    static let sql: StaticString = "SELECT jobq.finish($1, $2, $3, $4, $5)"
    var parameters: [Parameter] {
        let head: [Parameter] = [.ints(batch.map(\.id)), .ints(batch.map(\.lease))]
        guard batch.contains(where: { !$0.isPlain }) else { return head + [.null, .null, .null] }
        return head + [
            .texts(batch.map(\.word)), .jsons(batch.map { $0.result ?? "null" }),
            .jsons(batch.map { $0.problem ?? "null" }),
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> [Int64] { try row.ints(0) }
}

/// Of these completions, which still hold their leases.
struct ListHeldJobs: Statement {
    typealias Scope = QueueScope
    let batch: [Completion]

    static let sql: StaticString = "SELECT jobq.held($1, $2)"
    var parameters: [Parameter] { [.ints(batch.map(\.id)), .ints(batch.map(\.lease))] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> [Int64] { try row.ints(0) }
}

/// Puts a job back, or gives it up. Answers what became of it: retry, snooze, dead, lease_lost.
struct FailJob: Statement {
    typealias Scope = QueueScope
    let id: Int64
    let lease: Int64
    let verdict: String
    let after: Duration?
    let failure: JobFailure?
    /// Nil where nobody measured it.
    let took: Duration?

    static let sql: StaticString = "SELECT jobq.fail($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    var parameters: [Parameter] {
        [
            .int(id), .int(lease), .text(verdict), .optional(after.map(Self.seconds)),
            .optional(failure?.status.map(Int64.init)), .optional(failure?.code), .optional(failure?.requestID),
            .optional(failure?.message), .optional(took.map { min($0.milliseconds, Int64(Int32.max)) }),
        ]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }

    /// Seconds as SQL reads them, to the millisecond.
    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        return "\(milliseconds / 1_000).\(String(1_000 + milliseconds % 1_000).dropFirst())"
    }
}

/// Gives back what a worker holds without knowing of it. Answers how many jobs went back.
struct DisownJobs: Statement {
    typealias Scope = QueueScope
    let worker: Int64
    let queue: QueueName
    let keptLeases: [Int64]

    static let sql: StaticString = "SELECT jobq.disown($1, $2, $3)"
    var parameters: [Parameter] { [.int(worker), .int(Int64(queue.id)), .ints(keptLeases)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Makes due jobs ready; answers how many.
struct ReleaseDueJobs: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.due()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Takes back the jobs of workers that stopped beating; answers how many.
struct RescueJobs: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.rescue()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Repairs lost kicks and retires idle lanes.
struct SweepLanes: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT activated FROM jobq.sweep()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Advances the watermark that keeps claims short.
struct AdvanceWatermark: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.tick()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64? { try row.optionalInt(0) }
}

/// A worker process begins; answers its id.
struct EnrollWorker: Statement {
    typealias Scope = QueueScope
    let queue: QueueName
    let identity: WorkerIdentity

    static let sql: StaticString = "SELECT jobq.enroll($1, $2, $3, $4)"
    var parameters: [Parameter] {
        [.int(Int64(queue.id)), .text(identity.host), .int(Int64(identity.processID)), .text(identity.version)]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Its heartbeat; false when it was given up on.
struct BeatWorker: Statement {
    typealias Scope = QueueScope
    let worker: Int64
    let isDraining: Bool

    static let sql: StaticString = "SELECT jobq.beat($1, $2)"
    var parameters: [Parameter] { [.int(worker), .bool(isDraining)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// It ends.
struct RetireWorker: Statement {
    typealias Scope = QueueScope
    let worker: Int64

    static let sql: StaticString = "SELECT jobq.leave($1)"
    var parameters: [Parameter] { [.int(worker)] }
}

/// Wakes a queue's workers for some tenants.
struct KickLanes: Statement {
    typealias Scope = QueueScope
    let queue: QueueName
    let tenants: [Int64]

    static let sql: StaticString = "SELECT jobq.kick($1, $2)"
    var parameters: [Parameter] { [.int(Int64(queue.id)), .ints(tenants)] }
}
