import Daemon
import FoundationEssentials
import Jobs
import Postgres

/// What a handler's `intend` commits before its call: the frozen request.
struct InsertBenchCall: Statement {
    typealias Scope = TenantScope
    let command: Int64

    static let sql: StaticString = """
        INSERT INTO app.stripe_call (command_id, step, gen, method, path, body, api_version, request_sha256,
          idem_key)
        VALUES ($1, 1, 0, 'POST', '/v1/customers', $2, '2026-10-28.endive', $3, 'cmd_' || $1::bigint || '_1_0')
        """
    var parameters: [Parameter] {
        let body = "email=billing%40example.com&name=Client&metadata[tg_command]=\(command)"
        return [.int(command), .text(body), .bytes([UInt8](repeating: 7, count: 32))]
    }
}

/// What `record` commits with the answer.
struct MarkBenchCallAnswered: Statement {
    typealias Scope = TenantScope
    let command: Int64

    static let sql: StaticString = """
        UPDATE app.stripe_call
           SET answered_at = now(), http_status = 200, stripe_request_id = 'req_bench', object_id = 'cus_bench',
             outcome = 'succeeded'
         WHERE tenant_id = app.current_tenant() AND command_id = $1 AND step = 1 AND gen = 0
        """
    var parameters: [Parameter] { [.int(command)] }
}

/// One claim, timed by whoever runs it; gives the jobs taken and the next cursor.
struct ClaimBenchJobs: Statement {
    typealias Scope = QueueScope
    let worker: Int64
    let count: Int
    let cursor: Int64

    static let sql: StaticString = """
        SELECT coalesce(array_agg(o_id) FILTER (WHERE o_id IS NOT NULL), '{}'),
               coalesce(array_agg(o_lease) FILTER (WHERE o_id IS NOT NULL), '{}'), coalesce(max(o_next_cursor), 0)
          FROM jobq.claim(4::smallint, $1, $2, $3)
        """
    var parameters: [Parameter] { [.int(worker), .int(Int64(count)), .int(cursor)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (
        ids: [Int64], leases: [Int64], cursor: Int64
    ) {
        (try row.ints(0), try row.ints(1), try row.int(2))
    }
}

/// Ends what was claimed.
struct FinishBenchJobs: Statement {
    typealias Scope = QueueScope
    let ids: [Int64]
    let leases: [Int64]

    static let sql: StaticString = "SELECT cardinality(jobq.finish($1, $2))"
    var parameters: [Parameter] { [.ints(ids), .ints(leases)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// A worker row for claims by hand.
struct EnrollBenchWorker: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.enroll(4::smallint, 'bench', 0, 'bench')"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Keeps the floors moving, as a worker's upkeep does.
struct AdvanceBenchWatermark: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.tick()"
}

/// Opens a tenant's scope by API key, as the gateway does.
struct EnterBenchTenant: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = "SELECT key_id FROM app.enter_by_key($1, 'clients:write')"
    static let mac = [UInt8](repeating: 0xAB, count: 32)
    var parameters: [Parameter] { [.bytes(Self.mac)] }
}
