import Jobs
import Postgres

/// A worker row for attribution by hand.
struct EnrollBenchMeter: Statement {
    typealias Scope = QueueScope
    static let sql: StaticString = "SELECT jobq.enroll(5::smallint, 'bench', 0, 'bench')"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// The one job there is, and the tenant it is of.
struct ClaimBenchAttribution: Statement {
    typealias Scope = QueueScope
    let worker: Int64

    static let sql: StaticString = """
        SELECT o_id, o_lease, o_tenant FROM jobq.claim(5::smallint, $1, 1, 0) WHERE o_id IS NOT NULL
        """
    var parameters: [Parameter] { [.int(worker)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> EnterBenchJob {
        EnterBenchJob(id: try row.int(0), lease: try row.int(1), tenant: try row.int(2))
    }
}

/// Opens a job's tenant, as a handler does.
struct EnterBenchJob: Statement {
    typealias Scope = TenantScope
    let id: Int64
    let lease: Int64
    let tenant: Int64

    static let sql: StaticString = "SELECT app.enter_job($1, $2, $3)"
    var parameters: [Parameter] { [.int(tenant), .int(id), .int(lease)] }
}

/// Which process of the server a session is; its memory is looked at from outside.
struct FindBenchBackend: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = "SELECT pg_backend_pid()::bigint"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// What the figures of usage tell the superuser's session.
enum BenchUsageStatements {
    /// Fifty agents for each tenant, whose ids `usage.lua` can write down.
    static let agents = """
        INSERT INTO app.client (tenant_id, id, name) SELECT t.tenant_id, gen_random_uuid(), 'client' FROM app.tenant t;
        INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
        SELECT c.tenant_id,
               ('01930000-0000-7000-8000-' || lpad(substr(right(t.public_id::text, 12), 7), 6, '0')
                || lpad(n::text, 6, '0'))::uuid, c.id, 'Bot', 'text'
          FROM app.client c JOIN app.tenant t ON t.tenant_id = c.tenant_id, generate_series(1, 50) n;
        """
    /// Events stored so far.
    static let events = "SELECT count(*) FROM app.usage_event"
    /// Where the server's own files are.
    static let folder = "SHOW data_directory"
    /// A table like that of events, with its checks and its indexes, and nothing in it.
    static let copyTable = "CREATE TABLE public.bench_copy (LIKE app.usage_event INCLUDING ALL)"
    /// The events as they are now, in two halves.
    static let freeze = """
        CREATE UNLOGGED TABLE public.bench_frozen AS SELECT *, ntile(2) OVER (ORDER BY id) AS half FROM app.usage_event
        """
    /// How many those are.
    static let frozen = "SELECT count(*) FROM public.bench_frozen"
    /// Rows in the table that COPY fills.
    static let copied = "SELECT count(*) FROM public.bench_copy"
    /// Nobody wakes the worker's lane here.
    static let wake = "UPDATE jobq.lane SET active = true WHERE queue_id = 5"
    /// Events that count, by their entries.
    static let metered = "SELECT count(*) FROM app.usage_entry WHERE status = 'metered'"
    /// What all batches hold.
    static let batched = "SELECT sum(value)::bigint FROM app.usage_batch"
    /// How many batches there are.
    static let batches = "SELECT count(*) FROM app.usage_batch"
    /// The same entries once more, into a table like theirs: what writing them costs without finding them.
    static let rewriteEntries = """
        INSERT INTO public.bench_entry SELECT * FROM app.usage_entry ORDER BY event_uid
        """
    /// That table.
    static let entryTable = "CREATE TABLE public.bench_entry (LIKE app.usage_entry INCLUDING ALL)"

    /// Writes one half of the stored events to a file of the server.
    static func writeHalf(_ half: Int, to path: String) -> String {
        """
        COPY (SELECT tenant_id, id, agent_id, occurred_at, received_at, credits, seconds, messages, is_backfill, kind,
                     event_id, conversation_id, analysis, lead_email, lead_name, lead_phone
                FROM public.bench_frozen e WHERE e.half = \(half) ORDER BY e.id) TO '\(path)'
        """
    }

    /// Reads it back.
    static func readHalf(_ path: String) -> String { "COPY public.bench_copy FROM '\(path)'" }
}
