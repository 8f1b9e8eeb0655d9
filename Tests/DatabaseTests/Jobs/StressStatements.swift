import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres

/// Switches a superuser's transaction to a tenant, for an enqueuer that serves many in one transaction.
struct ActAsTenant: Statement {
    typealias Scope = TenantScope
    let tenant: Int64
    static let sql: StaticString = "SELECT set_config('app.tenant_id', $1, true)"
    var parameters: [Parameter] { [.text("\(tenant)")] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// Holds a transaction open, like a slow API process.
struct Dawdle: Statement {
    typealias Scope = TenantScope
    let seconds: String
    static let sql: StaticString = "SELECT pg_sleep($1::float8)"
    var parameters: [Parameter] { [.text(seconds)] }
}

/// A claim over few lanes, so that rounds of the ring happen.
struct ClaimNarrowly: Statement {
    typealias Scope = QueueScope
    let worker: Int64
    let cursor: Int64
    static let sql: StaticString = """
        SELECT o_id, o_tenant, o_lease, coalesce(o_payload ->> 'orderingKey', ''), coalesce(o_key_seq, 0), o_next_cursor
          FROM jobq.claim(2::smallint, $1, 12, $2, '{}', 4)
        """
    var parameters: [Parameter] { [.int(worker), .int(cursor)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (job: StressJob?, cursor: Int64) {
        if row.isNull(0) { return (nil, try row.optionalInt(5) ?? 0) }
        let job = StressJob(
            id: try row.int(0), tenant: try row.int(1), lease: try row.int(2), key: try row.string(3),
            keySeq: try row.int32(4))
        return (job, try row.int(5))
    }
}

/// A claimed job of the stress test.
struct StressJob: Sendable {
    let id: Int64
    let tenant: Int64
    let lease: Int64
    let key: String
    let keySeq: Int32

    /// Its key among all tenants'; nil without one.
    var lane: String? { key.isEmpty ? nil : "\(tenant) \(key)" }

    var completion: Completion {
        let job = ClaimedJob(
            id: id, tenant: tenant, lease: lease, kind: "", payload: "", deadline: Timestamp(microseconds: 0))
        return Completion(job: job, outcome: .done(result: nil), took: .zero)
    }
}

/// Everything that must hold at every moment, looked at in one snapshot: one row per violation.
struct ListQueueViolations: Statement {
    typealias Scope = ArrangingScope
    static let sql: StaticString = """
        SELECT 'more than cap of tenant ' || l.tenant_id FROM jobq.lane l
          JOIN jobq.job j ON j.queue_id = l.queue_id AND j.tenant_id = l.tenant_id AND j.state = 1
         GROUP BY l.queue_id, l.tenant_id, l.cap HAVING count(*) > l.cap
        UNION ALL
        SELECT 'running below the run floor: ' || j.id FROM jobq.job j JOIN jobq.lane l USING (queue_id, tenant_id)
         WHERE j.state = 1 AND j.lease <= l.run_floor
        UNION ALL
        SELECT 'not one head of key ' || key_id FROM jobq.job WHERE key_id IS NOT NULL
         GROUP BY key_id HAVING count(*) FILTER (WHERE state <> 3) <> 1
        UNION ALL
        SELECT 'wrong depth of key ' || k.id FROM jobq.job_key k LEFT JOIN jobq.job j ON j.key_id = k.id
         GROUP BY k.id, k.depth HAVING k.depth <> count(j.id)
        UNION ALL
        SELECT 'ready below its floor: ' || j.id FROM jobq.job j JOIN jobq.lane l USING (queue_id, tenant_id)
         WHERE j.state = 0 AND j.pos <= CASE j.prio WHEN 0 THEN l.floor0 WHEN 1 THEN l.floor1 ELSE l.floor2 END
        """
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}
