import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres
import TestSupport

/// Whatever a test of the queue may run, as a superuser.
enum ArrangingScope: OpenScope {}

/// A job of nothing, for every queue and key.
struct Errand: Job, Equatable {
    static let kind = "test.errand"
    static let queue = QueueName.subscriptions
    static let failuresMax = 3
    var orderingKey: String?
    var number = 0

    init(_ number: Int = 0, key: String? = nil) {
        self.number = number
        orderingKey = key
    }
}

/// The same in the invoices queue.
struct InvoiceErrand: Job, Equatable {
    static let kind = "test.invoice"
    static let queue = QueueName.invoices
    static let onDead = OnDead.skip
    var orderingKey: String?
}

/// The same in the onboarding queue.
struct OnboardingErrand: Job {
    static let kind = "test.onboarding"
    static let queue = QueueName.onboarding
}

/// A tenant with an API key that may do everything.
struct TestTenant: Sendable {
    let id: Int64
    let publicID: UUID
    let mac: [UInt8]
}

/// Opens a tenant's scope by API key.
struct EnterByKey: Statement {
    typealias Scope = TenantScope
    let mac: [UInt8]
    var scope: String?

    static let sql: StaticString = "SELECT key_id FROM app.enter_by_key($1, $2)"
    var parameters: [Parameter] { [.bytes(mac), .optional(scope)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID { try row.uuid(0) }
}

/// The queue of the running test's database, with the three roles that use it.
struct QueueFixture: Sendable {
    let database = TestDatabase.current
    let gateway: Database
    let worker: Database
    let admin: Database

    init() {
        gateway = database.open(.gateway)
        worker = database.open(.worker, sessions: 4)
        admin = database.open(.admin)
    }

    /// A new tenant; its account may be called without limit unless `rate` says otherwise.
    func makeTenant(rate: Int = 1_000_000) async throws -> TestTenant {
        let publicID = UUID.v7(at: WallClock.system.now())
        let mac = (publicID.bytes + publicID.bytes)
        let id = try await database.value(
            "SELECT app.add_tenant('\(publicID.uuidString)', gen_random_uuid(), 'tenant', false)")
        try await database.run(
            """
            SELECT app.add_api_key('\(publicID.uuidString)', gen_random_uuid(), decode('\(Hex.encode(mac))', 'hex'), \
            1::smallint,
                                   'tg_test_', 'abcd', 'key', '{*}', NULL);
            UPDATE jobq.bucket SET rate = \(rate), ceiling = \(rate) WHERE id = \(id ?? "0");
            """)
        return TestTenant(id: Int64(id ?? "") ?? 0, publicID: publicID, mac: mac)
    }

    /// Enqueues as the API does and wakes nobody.
    @discardableResult func enqueue(
        _ job: some Job, of tenant: TestTenant, dedupeKey: String? = nil, runAt: Timestamp? = nil, waited: Bool = false
    ) async throws -> CommandReceipt {
        try await gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
            try tx.enqueue(job, dedupeKey: dedupeKey, runAt: runAt, waited: waited)
        }
    }

    /// A worker's row.
    func enroll(_ queue: QueueName = .subscriptions) async throws -> Int64 {
        let identity = WorkerIdentity(host: "test", processID: 1, version: "test")
        return try await worker.transaction(in: QueueScope.self) { tx in
            try tx.one(EnrollWorker(queue: queue, identity: identity))
        }
    }

    /// Claims by hand; the tenants need no kick.
    func claim(
        _ queue: QueueName = .subscriptions, as id: Int64, wanted: Int = 10, of tenants: [TestTenant]
    ) async throws -> [ClaimedJob] {
        let claim = ClaimJobs(queue: queue, worker: id, wanted: wanted, cursor: 0, hints: tenants.map(\.id))
        return try await worker.transaction(in: QueueScope.self) { tx in try tx.run(claim) }.compactMap(\.job)
    }

    /// The single job a claim must give.
    func claimOne(_ queue: QueueName = .subscriptions, as id: Int64, of tenant: TestTenant) async throws -> ClaimedJob?
    {
        let jobs = try await claim(queue, as: id, of: [tenant])
        return jobs.count == 1 ? jobs[0] : nil
    }

    /// Ends jobs as a worker does; gives the ids that were accepted.
    func finish(_ jobs: [ClaimedJob]) async throws -> [Int64] {
        let batch = jobs.map { Completion(job: $0, outcome: .done(result: nil), took: .zero) }
        return try await worker.transaction(in: QueueScope.self) { tx in try tx.one(FinishJobs(batch: batch)) }
    }

    /// Ends an attempt badly; gives the verdict.
    @discardableResult func fail(
        _ job: ClaimedJob, _ verdict: String, after: Duration? = nil, status: Int? = nil, code: String? = nil,
        requestID: String? = nil, message: String = "no"
    ) async throws -> String {
        let failure = JobFailure(status: status, code: code, requestID: requestID, message: message)
        let statement = FailJob(
            id: job.id, lease: job.lease, verdict: verdict, after: after, failure: failure, took: .milliseconds(3))
        return try await worker.transaction(in: QueueScope.self) { tx in try tx.one(statement) }
    }

    /// `id:state` of every job, by id: 0 ready, 1 running, 2 later, 3 blocked.
    func states() async throws -> [Int64: Int] {
        let rows = try await database.run("SELECT id, state FROM jobq.job ORDER BY id")
        return Dictionary(uniqueKeysWithValues: rows.map { (Int64($0[0] ?? "") ?? 0, Int($0[1] ?? "") ?? -1) })
    }

    /// A command's outcome word, nil while it lives.
    func outcome(_ receipt: CommandReceipt) async throws -> String? {
        try await database.value("SELECT outcome FROM app.command WHERE id = \(receipt.id)")
    }

    /// Makes waiting jobs due at once.
    func makeDue() async throws {
        try await database.run("UPDATE jobq.job SET run_at = now() - interval '1 s' WHERE state = 2; SELECT jobq.due()")
    }

    /// Why a command waits.
    func why(_ receipt: CommandReceipt) async throws -> String {
        try await admin.transaction(in: PlatformScope.self) { tx in try tx.one(FindJob(receipt.publicID)) }.why
    }

    /// An operator's decision.
    @discardableResult func resolve(_ receipt: CommandReceipt, _ decision: ResolveJob.Decision) async throws -> String?
    {
        try await admin.transaction(in: PlatformScope.self) { tx in
            try tx.first(ResolveJob(receipt.publicID, decision, actor: "ada"))
        }
    }
}

/// A claim that had to give a job gave none.
struct NothingClaimed: Error {}
