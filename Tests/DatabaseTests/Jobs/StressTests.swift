import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// The queue's invariants under everything at once: enqueuers that roll back, dawdle and lose kicks; workers that fail,
/// snooze and crash; zombies that finish late; floors that move ten times as often as usual; a checker that looks in
/// single snapshots.
@Suite(.freshDatabase) struct StressTests {
    static let tenants: Int64 = 12
    static let seconds = 4.0

    private let database = TestDatabase.current
    private let ledger = StressLedger()
    private let enqueuing = ShutdownSignal()
    private let working = ShutdownSignal()

    @Test func `caps, key order, heads, depths, floors and fencing hold under crashes and rollbacks`() async throws {
        try await arrange()
        let superuser = database.open(.superuser, sessions: 8)
        let workers = database.open(.worker, sessions: 12)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<4 { group.addTask { try await self.work(workers, seed: UInt64(100 + seed)) } }
            group.addTask { try await self.maintain(workers) }
            group.addTask { try await self.check(superuser) }
            defer { working.request() }
            try await enqueueForAWhile(superuser)
            try await database.wait(until: "SELECT count(*) = 0 FROM jobq.job", within: .seconds(30))
            working.request()
            try await group.waitForAll()
        }
        #expect(ledger.violations.isEmpty, "\(ledger.violations.prefix(5))")
        #expect(ledger.zombies.accepted == 0)
        let left = try await database.value("SELECT count(*) FROM app.command WHERE outcome IS DISTINCT FROM 'done'")
        #expect(left == "0")
        let ended = try await database.value("SELECT count(*) FROM app.command")
        #expect(ended == "\(ledger.enqueued)" && ledger.finished == ledger.enqueued)
        // A run that met nothing proves nothing.
        #expect(ledger.enqueued > 100 && ledger.crashes > 0 && ledger.zombies.tried > 0 && ledger.checks > 5)
    }

    private func enqueueForAWhile(_ superuser: Database) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 0..<3 { group.addTask { try await self.enqueue(superuser, seed: UInt64(seed)) } }
            defer { enqueuing.request() }
            try await Task.sleep(for: .seconds(Self.seconds))
            enqueuing.request()
            try await group.waitForAll()
        }
    }

    private func arrange() async throws {
        try await database.run(
            """
            SELECT app.add_tenant(gen_random_uuid(), gen_random_uuid(), 'tenant ' || g, false) FROM generate_series(1, \(Self.tenants)) g;
            UPDATE jobq.bucket SET rate = 1e6, ceiling = 1e6;
            UPDATE jobq.lane SET cap = 2;
            DO $$ BEGIN EXECUTE replace(pg_get_functiondef('jobq.claim'::regproc), 'interval ''2 s''', 'interval ''0.2 s'''); END $$;
            """)
    }

    private func enqueue(_ database: Database, seed: UInt64) async throws {
        struct ChangedMyMind: Error {}
        var random = SeededGenerator(seed: seed)
        while !enqueuing.isRequested {
            var items: [(tenant: Int64, key: String?)] = []
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                // The first tenants get most of it.
                let tenant = Int64.random(in: 1...Int64.random(in: 1...Self.tenants, using: &random), using: &random)
                items.append((tenant, random.chance(700) ? "k\(Int.random(in: 0...5, using: &random))" : nil))
            }
            // Everybody takes key rows in one order, as one API transaction with one client does.
            let wishes = items.sorted { ($0.tenant, $0.key ?? "") < ($1.tenant, $1.key ?? "") }
            let rollsBack = random.chance(150)
            // Some sleep long enough for the floors to move on without them.
            let dawdles = random.chance(200) ? "0.\(["01", "02", "03", "5"].randomElement(using: &random) ?? "5")" : nil
            let later = random.chance(100)
            do {
                try await database.transaction(entering: ActAsTenant(tenant: wishes[0].tenant)) { tx in
                    for wish in wishes {
                        tx.send(ActAsTenant(tenant: wish.tenant))
                        let runAt = later ? WallClock.system.now() + .milliseconds(300) : nil
                        try tx.enqueue(Errand(0, key: wish.key), runAt: runAt)
                    }
                    if let dawdles { _ = try tx.run(Dawdle(seconds: dawdles)) }
                    if rollsBack { throw ChangedMyMind() }
                }
            } catch is ChangedMyMind { continue }
            ledger.noteEnqueued(wishes.count)
            guard !random.chance(100) else { continue }  // a lost kick
            let kick = KickLanes(queue: .subscriptions, tenants: Array(Set(wishes.map(\.tenant))))
            try await database.transaction(in: QueueScope.self) { tx in _ = try tx.run(kick) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4, using: &random)))
        }
    }

    private func enroll(_ database: Database) async throws -> Int64 {
        let identity = WorkerIdentity(host: "stress", processID: 1, version: "1")
        return try await database.transaction(in: QueueScope.self) { tx in
            try tx.one(EnrollWorker(queue: .subscriptions, identity: identity))
        }
    }

    private func work(_ database: Database, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        var worker = try await enroll(database)
        var cursor: Int64 = 0
        while !working.isRequested {
            let claim = ClaimNarrowly(worker: worker, cursor: cursor)
            let rows = try await database.transaction(in: QueueScope.self) { tx in try tx.run(claim) }
            cursor = rows.last?.cursor ?? 0
            let jobs = rows.compactMap(\.job)
            guard !jobs.isEmpty else {
                try await Task.sleep(for: .milliseconds(10))
                continue
            }
            ledger.begin(jobs)
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...4, using: &random)))
            if random.chance(20) {
                try await crash(worker, jobs, database)
                worker = try await enroll(database)
                continue
            }
            let failing = jobs.filter { _ in random.chance(20) }
            for job in failing {
                ledger.end([job])
                let fail = FailJob(
                    id: job.id, lease: job.lease, verdict: "snooze",
                    after: .milliseconds(Int.random(in: 0...200, using: &random)),
                    failure: nil, took: .zero)
                let verdict = try await database.transaction(in: QueueScope.self) { tx in try tx.one(fail) }
                if verdict != "snooze" { ledger.noteCheck(["a live worker's lease was lost: \(verdict)"]) }
            }
            let ids = Set(failing.map(\.id))
            try await finish(jobs.filter { !ids.contains($0.id) }, database)
        }
    }

    private func finish(_ jobs: [StressJob], _ database: Database) async throws {
        var left = jobs
        var rounds = 0
        while !left.isEmpty {
            rounds += 1
            // A key is busy for half a second at most.
            guard rounds < 2_000 else {
                return ledger.noteCheck(["a live worker's job cannot be finished: \(left[0].id)"])
            }
            ledger.end(left)
            let statement = FinishJobs(batch: left.map(\.completion))
            let ids = Set(try await database.transaction(in: QueueScope.self) { tx in try tx.one(statement) })
            ledger.noteFinished(ids)
            left = left.filter { !ids.contains($0.id) }
            ledger.resume(left)
            if !left.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// The worker is never heard of again, but its process finishes its jobs after others got them.
    private func crash(_ worker: Int64, _ jobs: [StressJob], _ database: Database) async throws {
        ledger.noteCrash()
        ledger.end(jobs)
        try await self.database.run("UPDATE jobq.worker SET beat_at = now() - interval '16 s' WHERE id = \(worker)")
        try await self.database.wait(
            until: "SELECT NOT EXISTS (SELECT 1 FROM jobq.job WHERE worker_id = \(worker))", within: .seconds(30))
        let late = FinishJobs(batch: jobs.map(\.completion))
        let accepted = try await database.transaction(in: QueueScope.self) { tx in try tx.one(late) }
        ledger.noteZombie(tried: jobs.count, accepted: accepted.count)
    }

    private func maintain(_ database: Database) async throws {
        var round = 0
        while !working.isRequested {
            round += 1
            _ = try await database.transaction(in: QueueScope.self) { tx in try tx.one(ReleaseDueJobs()) }
            _ = try await database.transaction(in: QueueScope.self) { tx in try tx.one(AdvanceWatermark()) }
            _ = try await database.transaction(in: QueueScope.self) { tx in try tx.one(RescueJobs()) }
            if round % 4 == 0 {
                _ = try await database.transaction(in: QueueScope.self) { tx in try tx.run(SweepLanes()) }
            }
            // Live workers beat; the crashed ones were moved far into the past and stay there.
            try await self.database.run(
                "UPDATE jobq.worker SET beat_at = now() WHERE beat_at > now() - interval '10 s'")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func check(_ database: Database) async throws {
        while !working.isRequested {
            ledger.noteCheck(
                try await database.transaction(in: ArrangingScope.self) { tx in try tx.run(ListQueueViolations()) })
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
