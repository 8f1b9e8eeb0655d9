import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres
import Synchronization
import TestSupport
import Testing

/// The loop of a worker process, whole, in this process.
@Suite(.freshDatabase) struct WorkLoopTests {
    let queue = QueueFixture()

    /// Runs a loop around `body`, then stops it.
    private func working(
        slots: Int = 16, drainLimit: Duration = .seconds(25),
        perform: @escaping @Sendable (ClaimedJob) async -> JobOutcome, _ body: (WorkLoop) async throws -> Void
    ) async throws {
        var limits = WorkLimits(slots: slots)
        limits.drainLimit = drainLimit
        let database = queue.database.open(.worker, sessions: limits.sessions)
        let loop = WorkLoop(
            database: database, queue: .subscriptions, limits: limits,
            identity: WorkerIdentity(host: "test", processID: 1, version: "test"), perform: perform)
        let shutdown = ShutdownSignal()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await loop.run(until: shutdown) }
            defer { shutdown.request() }
            try await queue.database.wait(until: "SELECT count(*) = 1 FROM jobq.worker")
            try await body(loop)
        }
    }

    private func kick(_ tenant: TestTenant) async throws {
        let statement = KickLanes(queue: .subscriptions, tenants: [tenant.id])
        try await queue.gateway.transaction(in: QueueScope.self) { tx in _ = try tx.run(statement) }
    }

    @Test func `jobs run and end, in order on their keys`() async throws {
        let tenants = [try await queue.makeTenant(), try await queue.makeTenant()]
        let order = Mutex<[String: [Int]]>([:])
        for number in 0..<40 {
            try await queue.enqueue(Errand(number, key: "client:\(number % 3)"), of: tenants[number % 2])
        }
        try await working(perform: { job in
            guard let errand = try? JSONDecoder().decode(Errand.self, from: Data(job.payload.utf8)) else {
                return .dead(JobFailure(message: "unreadable"))
            }
            order.withLock { $0["\(job.tenant) \(errand.orderingKey ?? "")", default: []].append(errand.number) }
            return .done(result: nil)
        }) { _ in
            for tenant in tenants { try await kick(tenant) }
            try await queue.database.wait(until: "SELECT count(*) = 40 FROM app.command WHERE outcome = 'done'")
        }
        #expect(order.withLock { $0.count } == 6 && order.withLock { $0.values.allSatisfy { $0 == $0.sorted() } })
        #expect(try await queue.states().isEmpty)
        #expect(try await queue.database.value("SELECT count(*) FROM jobq.worker") == "0")
    }

    @Test func `a kick wakes an idle worker at once`() async throws {
        let tenant = try await queue.makeTenant()
        let begun = Mutex<[ContinuousClock.Instant]>([])
        try await working(perform: { _ in
            begun.withLock { $0.append(.now) }
            return .done(result: nil)
        }) { _ in
            var waits: [Duration] = []
            for number in 0..<10 {
                try await queue.enqueue(Errand(number), of: tenant)
                let start = ContinuousClock.now
                try await kick(tenant)
                try await eventually("job \(number) began") { begun.withLock { $0.count } > number }
                waits.append(begun.withLock { $0[number] } - start)
            }
            // The poll comes once a second: half of these would wait longer without the notification.
            #expect(waits.sorted()[5] < .milliseconds(250), "\(waits)")
        }
    }

    @Test func `the kicker tells workers after the commit`() async throws {
        let tenant = try await queue.makeTenant()
        let kicker = Kicker(queue.gateway)
        try await working(perform: { _ in .done(result: nil) }) { _ in
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await kicker.run() }
                for number in 0..<5 { kicker.kick(try await queue.enqueue(Errand(number), of: tenant)) }
                try await queue.database.wait(until: "SELECT count(*) = 5 FROM app.command WHERE outcome = 'done'")
                group.cancelAll()
            }
        }
    }

    @Test func `every outcome becomes what it says`() async throws {
        let tenant = try await queue.makeTenant()
        for number in 0..<4 { try await queue.enqueue(Errand(number), of: tenant) }
        let outcomes: [JobOutcome] = [
            .done(result: #"{"url": "x"}"#), .failed(problem: #"{"code": "no"}"#),
            .dead(JobFailure(code: "x", message: "never")),
            .retry(JobFailure(status: 500, message: "later")),
        ]
        try await working(perform: { job in outcomes[Int(job.id - 1) % 4] }) { _ in
            try await kick(tenant)
            try await queue.database.wait(
                until:
                    "SELECT array_agg(coalesce(outcome, 'live') ORDER BY id) = '{done,failed,dead,live}' FROM "
                    + "app.command"
            )
            try await queue.database.wait(until: "SELECT failures = 1 AND state = 2 FROM jobq.job")
        }
    }

    @Test func `a handler may end its job in its own transaction`() async throws {
        let tenant = try await queue.makeTenant()
        let handlers = queue.worker
        try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        try await working(perform: { job in
            do {
                try await handlers.transaction(entering: EnterJob(job)) { tx in
                    _ = try tx.run(FinishJob(job, .done(result: nil)))
                }
                return .recorded
            } catch {
                return .dead(JobFailure(message: "\(error)"))
            }
        }) { _ in
            try await kick(tenant)
            try await queue.database.wait(until: "SELECT count(*) = 2 FROM app.command WHERE outcome = 'done'")
        }
    }

    @Test func `payloads nobody can read and kinds nobody knows are dead, loudly`() async throws {
        var registry = Registry()
        registry.register(InvoiceErrand.self) { _, _ in .done(result: nil) }
        registry.register(Errand.self) { _, _ in .done(result: nil) }
        let tenant = try await queue.makeTenant()
        let unreadable = try await queue.enqueue(Errand(), of: tenant)
        let unknown = try await queue.enqueue(Errand(), of: tenant)
        try await queue.database.run(
            """
            UPDATE app.command SET payload = '{"number": "secret"}' WHERE id = \(unreadable.id);
            UPDATE app.command SET kind = 'test.gone' WHERE id = \(unknown.id);
            """)
        let frozen = registry
        try await working(perform: { await frozen.perform($0) }) { _ in
            try await kick(tenant)
            try await queue.database.wait(until: "SELECT count(*) = 2 FROM app.command WHERE outcome = 'dead'")
        }
        #expect(try await queue.why(unreadable).hasSuffix("the payload is no test.errand job at number."))
        #expect(try await queue.why(unknown).hasSuffix("this worker does not know jobs of kind test.gone."))
    }

    @Test func `told to stop, it lets jobs end and takes no more`() async throws {
        let tenant = try await queue.makeTenant()
        let begun = Mutex(0)
        let gate = ShutdownSignal()
        let first = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let second = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        try await working(perform: { _ in
            begun.withLock { $0 += 1 }
            await gate.wait()
            return .done(result: nil)
        }) { loop in
            try await kick(tenant)
            try await eventually("the first job began") { begun.withLock { $0 } == 1 }
            loop.state.drain()
            gate.request()
        }
        #expect(try await queue.outcome(first) == "done")
        #expect(try await queue.outcome(second) == nil)
        #expect(begun.withLock { $0 } == 1)
    }

    @Test func `what does not end in time is given back and can run elsewhere at once`() async throws {
        let tenant = try await queue.makeTenant()
        let begun = Mutex(0)
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        try await working(
            drainLimit: .milliseconds(50),
            perform: { _ in
                begun.withLock { $0 += 1 }
                try? await Task.sleep(for: .seconds(60))
                return .done(result: nil)
            }
        ) { _ in
            try await kick(tenant)
            try await eventually("the job began") { begun.withLock { $0 } == 1 }
        }
        #expect(try await queue.outcome(receipt) == nil)
        #expect(try await queue.states() == [receipt.id: 0])
        #expect(try await queue.database.value("SELECT stripe_code FROM app.attempt") == "worker_stopped")
        // How long it ran nobody measured: it did not take no time.
        #expect(try await queue.database.value("SELECT count(ms) FROM app.attempt") == "0")
    }

    @Test func `an end that comes after a rescue is refused and counted`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        let gate = ShutdownSignal()
        let begun = Mutex(0)
        try await working(
            slots: 1,
            perform: { _ in
                begun.withLock { $0 += 1 }
                await gate.wait()
                return .done(result: nil)
            }
        ) { loop in
            let before = loop.figures.leasesLost.value
            try await kick(tenant)
            try await eventually("the job began") { begun.withLock { $0 } == 1 }
            try await queue.database.run("UPDATE jobq.job SET lease = lease + 1000, worker_id = NULL")
            gate.request()
            try await eventually("the end was refused") { loop.figures.leasesLost.value > before }
        }
        #expect(try await queue.outcome(receipt) == nil)
    }

    @Test func `whoever waits for a command is told of its end, and nobody else`() async throws {
        let tenant = try await queue.makeTenant()
        let told = Heard()
        let listener = queue.gateway.listen("command_done")
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { for await payload in listener { told.note(payload) } }
            try await eventually("listening") { told.all == [""] }
            let quiet = try await queue.enqueue(Errand(), of: tenant)
            let waited = try await queue.enqueue(Errand(), of: tenant, waited: true)
            let jobs = try await queue.claim(as: try await queue.enroll(), of: [tenant])
            #expect(try await Set(queue.finish(jobs)) == [quiet.id, waited.id])
            try await eventually("told") { told.all.count == 2 }
            #expect(told.all == ["", "\(waited.id)"])
            group.cancelAll()
        }
    }

    @Test func `a successor in another queue is woken by a notification`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(key: "client:a"), of: tenant)
        try await queue.enqueue(InvoiceErrand(orderingKey: "client:a"), of: tenant)
        let told = Heard()
        let listener = queue.worker.listen(QueueName.invoices.channel)
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { for await payload in listener { told.note(payload) } }
            try await eventually("listening") { told.all == [""] }
            _ = try await queue.finish(try await queue.claim(as: try await queue.enroll(), of: [tenant]))
            try await eventually("told") { told.all == ["", "\(tenant.id)"] }
            group.cancelAll()
        }
        let active = "SELECT active FROM jobq.lane WHERE queue_id = 3 AND tenant_id = \(tenant.id)"
        #expect(try await queue.database.value(active) == "t")
    }

    @Test func `a lost kick is found by the sweep`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(), of: tenant)
        #expect(try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(SweepLanes()) } == 1)
        let active = "SELECT active FROM jobq.lane WHERE queue_id = 2 AND tenant_id = \(tenant.id)"
        #expect(try await queue.database.value(active) == "t")
    }
}
