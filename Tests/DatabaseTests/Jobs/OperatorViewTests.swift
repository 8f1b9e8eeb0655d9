import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// What an operator sees.
@Suite(.freshDatabase) struct OperatorViewTests {
    let queue = QueueFixture()

    private func depth() async throws -> [String: Int64] {
        let lines = try await queue.admin.transaction(in: PlatformScope.self) { tx in try tx.run(ListQueueDepth()) }
        return Dictionary(uniqueKeysWithValues: lines.map { ("\($0.queue).\($0.state)", $0.jobs) })
    }

    @Test func `depth counts every state of every queue`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        try await queue.enqueue(Errand(1), of: tenant)
        let running = try await queue.claim(as: worker, of: [tenant])
        try await queue.enqueue(Errand(2), of: tenant)
        try await queue.fail(try #require(try await queue.claimOne(as: worker, of: tenant)), "retry")
        try await queue.enqueue(Errand(3, key: "client:a"), of: tenant)
        try await queue.enqueue(Errand(4, key: "client:a"), of: tenant)
        try await queue.enqueue(InvoiceErrand(), of: tenant, runAt: WallClock.system.now() + .seconds(60))
        let counts = try await depth()
        #expect(counts.count == 36 && running.count == 1)
        #expect(counts["subscriptions.running"] == 1 && counts["subscriptions.retrying"] == 1)
        #expect(counts["subscriptions.ready"] == 1 && counts["subscriptions.blocked"] == 1)
        #expect(counts["invoices.scheduled"] == 1 && counts["access.ready"] == 0)
    }

    @Test func `depth is counted at most every five seconds`() async throws {
        let tenant = try await queue.makeTenant()
        #expect(try await depth()["subscriptions.ready"] == 0)
        try await queue.enqueue(Errand(), of: tenant)
        #expect(try await depth()["subscriptions.ready"] == 0)
        try await queue.database.run("UPDATE jobq.depth_sample SET sampled_at = now() - interval '5 s'")
        #expect(try await depth()["subscriptions.ready"] == 1)
    }

    @Test func `the list shows dead letters with Stripe's message and request id`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        try await queue.fail(
            job, "dead", status: 400, code: "parameter_invalid", requestID: "req_9", message: "bad price")
        let jobs = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.run(ListJobs(queue: "subscriptions", state: "dead"))
        }
        #expect(jobs.map(\.publicID) == [receipt.publicID] && jobs.first?.tenant == tenant.publicID)
        #expect(jobs.first?.requestID == "req_9" && jobs.first?.message == "bad price" && jobs.first?.httpStatus == 400)
        let other = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.run(ListJobs(state: "ready"))
        }
        #expect(other.isEmpty)
    }

    @Test func `a ready job waits for a worker, for a claim behind others, or for its account`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let next = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        #expect(try await queue.why(receipt) == "No worker of queue subscriptions is running.")
        #expect(
            try await queue.why(next).hasPrefix(
                "It waits behind command cmd_\(receipt.publicID.hex) (test.errand) on key"))
        let worker = try await queue.enroll()
        #expect(try await queue.why(receipt).hasSuffix("waits for its turn."))
        try await queue.database.run("UPDATE jobq.bucket SET blocked_until = now() + interval '1 min'")
        #expect(try await queue.why(receipt).hasPrefix("Stripe asked this account to wait until "))
        try await queue.database.run("UPDATE jobq.bucket SET blocked_until = '-infinity'")
        let job = try #require(try await queue.claimOne(as: worker, of: tenant))
        #expect(try await queue.why(receipt).hasPrefix("It is running on worker \(worker), attempt 1"))
        try await queue.fail(job, "retry", status: 500, requestID: "req_5", message: "Stripe is ill")
        let sentence = try await queue.why(receipt)
        #expect(sentence.contains("failure 1: 500 Stripe is ill (request req_5)"), "\(sentence)")
    }

    @Test func `workers are listed with what they run`() async throws {
        let tenant = try await queue.makeTenant()
        try await queue.enqueue(Errand(), of: tenant)
        let worker = try await queue.enroll()
        _ = try await queue.claimOne(as: worker, of: tenant)
        let workers = try await queue.admin.transaction(in: PlatformScope.self) { tx in try tx.run(ListWorkers()) }
        #expect(workers.map(\.id) == [worker] && workers.first?.running == 1 && workers.first?.queue == "subscriptions")
    }

    @Test func `progress tells a tenant of its own commands only`() async throws {
        let tenant = try await queue.makeTenant()
        let own = try await queue.enqueue(Errand(), of: tenant)
        let foreign = try await queue.enqueue(Errand(), of: try await queue.makeTenant())
        let progress = try await queue.gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
            try tx.run(ListProgress([own.id, foreign.id]))
        }
        #expect(progress.map(\.command) == [own.id] && progress.map(\.state) == ["queued"])
    }
}
