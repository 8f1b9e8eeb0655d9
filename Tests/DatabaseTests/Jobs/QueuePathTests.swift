import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// What one job can go through, step by step, as the roles that do it.
@Suite(.freshDatabase) struct QueuePathTests {
    let queue = QueueFixture()

    @Test func `a dedupe key used twice is one command`() async throws {
        let tenant = try await queue.makeTenant()
        let first = try await queue.enqueue(Errand(1), of: tenant, dedupeKey: "idem-1")
        let second = try await queue.enqueue(Errand(2), of: tenant, dedupeKey: "idem-1")
        #expect(first.isNew && !second.isNew)
        #expect(first.id == second.id && first.publicID == second.publicID)
        #expect(try await queue.states().count == 1)
    }

    @Test func `the same dedupe key of another tenant is another command`() async throws {
        let one = try await queue.enqueue(Errand(), of: try await queue.makeTenant(), dedupeKey: "idem-1")
        let other = try await queue.enqueue(Errand(), of: try await queue.makeTenant(), dedupeKey: "idem-1")
        #expect(one.id != other.id && other.isNew)
    }

    @Test func `a command of a transaction that fails does not exist`() async throws {
        struct Doubt: Error {}
        let tenant = try await queue.makeTenant()
        await #expect(throws: Doubt.self) {
            try await queue.gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
                try tx.enqueue(Errand())
                throw Doubt()
            }
        }
        #expect(try await queue.states().isEmpty)
    }

    @Test func `only the head of a key is claimed, and its end lets the next one go`() async throws {
        let tenant = try await queue.makeTenant()
        for number in 1...3 { try await queue.enqueue(Errand(number, key: "client:a"), of: tenant) }
        let worker = try await queue.enroll()
        for _ in 1...3 {
            let job = try #require(try await queue.claimOne(as: worker, of: tenant))
            #expect(try await queue.finish([job]) == [job.id])
        }
        #expect(try await queue.states().isEmpty)
    }

    @Test func `a payload comes back as it went in`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(7, key: "client:\"ä\"\\"), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        #expect(try JSONDecoder().decode(Errand.self, from: Data(job.payload.utf8)) == Errand(7, key: "client:\"ä\"\\"))
        #expect(job.attempt == 1 && job.failures == 0 && job.kind == "test.errand")
    }

    @Test func `a 429 stops every queue of the account, halves its rate and counts no failure`() async throws {
        let tenant = try await queue.makeTenant(rate: 20)
        let slowed = try await queue.enqueue(Errand(), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        #expect(try await queue.fail(job, "snooze", after: .seconds(7), status: 429, code: "rate_limit") == "snooze")
        let row = try await queue.database.run(
            """
            SELECT j.state, j.failures, j.run_at - now() BETWEEN interval '6 s' AND interval '8 s', b.rate, \
            b.blocked_until > now()
              FROM jobq.job j JOIN jobq.bucket b ON b.id = j.tenant_id
            """)
        #expect(row == [["2", "0", "t", "10", "t"]])
        try await queue.enqueue(InvoiceErrand(), of: tenant)
        #expect(try await queue.claim(.invoices, as: try await queue.enroll(.invoices), of: [tenant]).isEmpty)
        #expect(try await queue.why(slowed).contains("429 rate_limit"))
    }

    @Test func `a lock timeout at Stripe slows nobody else`() async throws {
        let tenant = try await queue.makeTenant(rate: 20)
        try await queue.enqueue(Errand(), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        try await queue.fail(job, "snooze", status: 429, code: "lock_timeout")
        #expect(try await queue.database.value("SELECT rate FROM jobq.bucket") == "20")
    }

    @Test func `failures wait longer each time, and the last one is dead`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(key: "client:a"), of: tenant)
        let worker = try await queue.enroll()
        var verdicts: [String] = []
        for _ in 1...Errand.failuresMax {
            let job = try #require(try await queue.claimOne(as: worker, of: tenant))
            verdicts.append(try await queue.fail(job, "retry", status: 500, requestID: "req_\(job.attempt)"))
            try await queue.makeDue()
        }
        #expect(verdicts == ["retry", "retry", "dead"])
        #expect(try await queue.outcome(receipt) == "dead")
        let events = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.run(ListJobEvents(receipt.publicID))
        }
        #expect(events.map(\.what) == ["retry", "retry", "dead"])
        #expect(events.map(\.requestID) == ["req_1", "req_2", "req_3"] && events.allSatisfy { $0.httpStatus == 500 })
    }

    @Test func `a dead job holds its key until an operator has it tried again, at the head`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let first = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let second = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        let job = try #require(try await queue.claimOne(as: worker, of: tenant))
        try await queue.fail(
            job, "dead", status: 400, code: "parameter_invalid", requestID: "req_2", message: "bad price")
        #expect(try await queue.claim(as: worker, of: [tenant]).isEmpty)
        #expect(try await queue.why(second).contains("waits behind dead command cmd_\(first.publicID.hex)"))
        #expect(try await queue.resolve(first, .retry) == "retried")
        let again = try #require(try await queue.claimOne(as: worker, of: tenant))
        #expect(again.id == first.id && again.failures == 0)
        _ = try await queue.finish([again])
        #expect(try await queue.claimOne(as: worker, of: tenant)?.id == second.id)
    }

    @Test func `skipping a dead job lets its successors go`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let first = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let second = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        try await queue.fail(try #require(try await queue.claimOne(as: worker, of: tenant)), "dead")
        #expect(try await queue.resolve(first, .skip) == "skipped")
        #expect(try await queue.outcome(first) == "cancelled")
        #expect(try await queue.claimOne(as: worker, of: tenant)?.id == second.id)
        #expect(try await queue.resolve(first, .retry) == "finished")
    }

    @Test func `a kind that skips its dead lets the key go on by itself`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll(.invoices)
        try await queue.enqueue(InvoiceErrand(orderingKey: "client:a"), of: tenant)
        let second = try await queue.enqueue(InvoiceErrand(orderingKey: "client:a"), of: tenant)
        try await queue.fail(try #require(try await queue.claimOne(.invoices, as: worker, of: tenant)), "dead")
        #expect(try await queue.claimOne(.invoices, as: worker, of: tenant)?.id == second.id)
    }

    @Test func `a business refusal ends the command and lets its key go on`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let first = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let second = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        let job = try #require(try await queue.claimOne(as: worker, of: tenant))
        try await queue.worker.transaction(entering: EnterJob(job)) { tx in
            _ = try tx.run(FinishJob(job, .failed(problem: #"{"code":"card_declined"}"#)))
        }
        #expect(try await queue.outcome(first) == "failed")
        #expect(try await queue.why(first).contains("card_declined"))
        #expect(try await queue.claimOne(as: worker, of: tenant)?.id == second.id)
    }

    @Test func `batches carry every outcome with its result or problem`() async throws {
        let tenant = try await queue.makeTenant()
        let receipts = [try await queue.enqueue(Errand(1), of: tenant), try await queue.enqueue(Errand(2), of: tenant)]
        let jobs = try await queue.claim(as: try await queue.enroll(), of: [tenant])
        let batch = zip(jobs, [JobOutcome.done(result: #"{"a": "x,\"y\"}"}"#), .failed(problem: #"{"code": "no"}"#)])
            .map { Completion(job: $0, outcome: $1, took: .zero) }
        _ = try await queue.worker.transaction(in: QueueScope.self) { tx in try tx.one(FinishJobs(batch: batch)) }
        let rows = try await queue.database.run(
            "SELECT outcome, result ->> 'a', problem ->> 'code' FROM app.command ORDER BY id")
        #expect(rows == [["done", "x,\"y\"}", nil], ["failed", nil, "no"]])
        #expect(receipts.count == 2)
    }

    @Test func `a refused key pauses the tenant's queues but onboarding, and a verified one resumes them`() async throws
    {
        let tenant = try await queue.makeTenant()
        let other = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let refused = try await queue.enqueue(Errand(1), of: tenant)
        try await queue.enqueue(Errand(2), of: other)
        let job = try #require(try await queue.claimOne(as: worker, of: tenant))
        try await queue.fail(job, "snooze", after: .zero, status: 401, code: "api_key_expired", requestID: "req_3")
        let paused = try await queue.admin.transaction(in: PlatformScope.self) { tx in try tx.run(ListPausedLanes()) }
        #expect(Set(paused.map(\.queue)) == ["subscriptions", "invoices", "access", "metering"])
        #expect(paused.allSatisfy { $0.tenant == tenant.publicID && $0.why?.contains("401 api_key_expired") == true })
        #expect(try await queue.why(refused).contains("Stripe refused the key"))
        #expect(try await queue.claim(as: worker, of: [tenant, other]).map(\.tenant) == [other.id])
        let resumed = try await queue.gatewayLikeWorker(tenant, ResumeConnection())
        #expect(resumed == 4)
        #expect(try await queue.claimOne(as: worker, of: tenant)?.id == refused.id)
    }

    @Test func `what an operator paused stays paused when the key works again`() async throws {
        let tenant = try await queue.makeTenant()
        let lanes = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.one(SetLanePause(queue: "subscriptions", tenant: tenant.publicID, reason: "too many mails"))
        }
        #expect(lanes == 1)
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        #expect(try await queue.gatewayLikeWorker(tenant, ResumeConnection()) == 0)
        #expect(try await queue.claim(as: try await queue.enroll(), of: [tenant]).isEmpty)
        #expect(try await queue.why(receipt).contains("too many mails"))
        _ = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.one(SetLanePause(queue: nil, tenant: tenant.publicID, reason: nil))
        }
        #expect(try await queue.claim(as: try await queue.enroll(), of: [tenant]).count == 1)
    }

    @Test func `a paused queue gives nothing out and says why`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        _ = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.one(SetQueuePause("subscriptions", reason: "Stripe is down"))
        }
        #expect(try await queue.claim(as: try await queue.enroll(), of: [tenant]).isEmpty)
        #expect(try await queue.why(receipt).contains("Stripe is down"))
    }

    @Test func `at most cap jobs of a tenant run in a queue`() async throws {
        let tenant = try await queue.makeTenant()
        for number in 1...12 { try await queue.enqueue(Errand(number), of: tenant) }
        let worker = try await queue.enroll()
        #expect(try await queue.claim(as: worker, wanted: 50, of: [tenant]).count == 8)
        #expect(try await queue.claim(as: worker, wanted: 50, of: [tenant]).isEmpty)
        let waiting = try await queue.enqueue(Errand(13), of: tenant)
        #expect(try await queue.why(waiting).contains("waits for a free slot: 8"))
    }

    @Test func `tenants share a claim equally however much each has waiting`() async throws {
        let big = try await queue.makeTenant()
        let small = try await queue.makeTenant()
        for number in 1...8 { try await queue.enqueue(Errand(number), of: big) }
        for number in 1...2 { try await queue.enqueue(Errand(number), of: small) }
        let jobs = try await queue.claim(as: try await queue.enroll(), wanted: 4, of: [big, small])
        #expect(jobs.filter { $0.tenant == small.id }.count == 2 && jobs.count == 4)
    }

    @Test func `the urgent go first inside a tenant`() async throws {
        struct Urgent: Job {
            static let kind = "test.urgent"
            static let queue = QueueName.subscriptions
            static let urgency = Urgency.access
        }
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(), of: tenant)
        let urgent = try await queue.enqueue(Urgent(), of: tenant)
        #expect(try await queue.claim(as: try await queue.enroll(), wanted: 1, of: [tenant]).map(\.id) == [urgent.id])
    }

    @Test func `a scheduled job is not claimed before its time`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant, runAt: WallClock.system.now() + .seconds(3600))
        let worker = try await queue.enroll()
        #expect(try await queue.claim(as: worker, of: [tenant]).isEmpty)
        #expect(try await queue.why(receipt).hasPrefix("It is scheduled for "))
        try await queue.makeDue()
        #expect(try await queue.claim(as: worker, of: [tenant]).count == 1)
    }

    @Test func `an account slowed to one call a second still runs the dearest job`() async throws {
        let tenant = try await queue.makeTenant(rate: 1)
        try await queue.enqueue(InvoiceErrand(), of: tenant)
        #expect(try await queue.claim(.invoices, as: try await queue.enroll(.invoices), of: [tenant]).count == 1)
    }
}

extension QueueFixture {
    /// Runs a tenant's statement as the worker does inside a job of that tenant.
    func gatewayLikeWorker<S: Statement>(_ tenant: TestTenant, _ statement: S) async throws -> S.Row
    where S.Scope == TenantScope {
        try await enqueue(OnboardingErrand(), of: tenant)
        let id = try await enroll(.onboarding)
        guard let job = try await claim(.onboarding, as: id, of: [tenant]).first else { throw NothingClaimed() }
        return try await worker.transaction(entering: EnterJob(job)) { tx in
            let row = try tx.one(statement)
            _ = try tx.run(FinishJob(job, .done(result: nil)))
            return row
        }
    }
}
