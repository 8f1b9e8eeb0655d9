import Billing
import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

@testable import Control

/// What `tollgate jobs show` tells of a command's attempts.
@Suite(.freshDatabase) struct JobHistoryTests {
    private let queue = QueueFixture()

    private func show(_ receipt: CommandReceipt) async throws -> (job: JobDetails, history: [JobEvent], text: String) {
        try await queue.admin.transaction(in: PlatformScope.self) { tx in
            let job = try tx.one(FindJob(receipt.publicID))
            let history = try tx.run(ListJobEvents(receipt.publicID))
            return (job, history, ShowJob.text(job, history))
        }
    }

    /// The job's next attempt.
    private func claim(_ receipt: CommandReceipt, _ tenant: TestTenant, _ worker: Int64) async throws -> ClaimedJob {
        try await queue.database.run(
            "UPDATE jobq.job SET state = 0, run_at = now(), pos = nextval('jobq.pos_seq') WHERE id = \(receipt.id)")
        return try #require(try await queue.claimOne(as: worker, of: tenant))
    }

    @Test func `every attempt has its number, its outcome and Stripe's request, also after the end`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        #expect(try await show(receipt).text.contains("none yet"))
        var job = try await claim(receipt, tenant, worker)
        #expect(try await show(receipt).job.attempt == 1)
        try await queue.fail(job, "retry", status: 500, code: "api_error", requestID: "req_1", message: "Stripe is ill")
        job = try await claim(receipt, tenant, worker)
        try await queue.fail(job, "snooze", status: 409, code: "lock", requestID: "req_2", message: "slow down")
        job = try await claim(receipt, tenant, worker)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
              request_sha256, answered_at, http_status, outcome, stripe_request_id, object_id)
            VALUES (\(tenant.id), \(receipt.id), 1, 'k', 'POST', '/v1/customers', '', 'v', '\\x00', now(), 200,
              'succeeded', 'req_3', 'cus_1')
            """)
        #expect(try await queue.finish([job]) == [job.id])
        let (details, history, text) = try await show(receipt)
        #expect(details.state == "succeeded" && details.attempt == 3 && details.failures == 1)
        #expect(
            history.filter { !$0.isCall }.map { "\($0.number) \($0.what) \($0.requestID ?? "-")" } == [
                "1 retry req_1", "2 snooze req_2", "3 succeeded req_3",
            ])
        for words in [
            "3, of which 1 failed", "failed, tried again", "500", "req_1", "Stripe is ill; again at 20", "paused",
            "req_2", "succeeded", "req_3", "POST /v1/customers -> cus_1",
        ] {
            #expect(text.contains(words), "\(words):\n\(text)")
        }
    }

    @Test func `over the API every try is there, the one that ended it too: when, what came of it, Stripe's request`()
        async throws
    {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        func told() async throws -> [Command.Attempt] {
            try await queue.gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
                try tx.run(ListAttempts(of: receipt.id))
            }
        }
        #expect(try await told().isEmpty)
        var job = try await claim(receipt, tenant, worker)
        let running = try #require(try await told().last)
        #expect(running.verdict == "running" && running.number == 1 && running.endedAt == nil, "\(running)")
        let began = try #require(running.beganAt)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
              request_sha256, answered_at, http_status, outcome, stripe_request_id)
            VALUES (\(tenant.id), \(receipt.id), 1, 'k', 'POST', '/v1/customers', '', 'v', '\\x00', now(), 200,
              'succeeded', 'req_first')
            """)
        try await queue.fail(job, "retry", status: 500, code: "api_error", requestID: "req_1", message: "ill")
        job = try await claim(receipt, tenant, worker)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
              request_sha256, answered_at, http_status, outcome, stripe_request_id)
            VALUES (\(tenant.id), \(receipt.id), 2, 'l', 'POST', '/v1/subscriptions', '', 'v', '\\x00', now(), 200,
              'succeeded', 'req_last')
            """)
        #expect(try await queue.finish([job]) == [job.id])
        let tries = try await told()
        #expect(
            tries.map { "\($0.number) \($0.verdict) \($0.httpStatus ?? 0) \($0.requestID ?? "-")" } == [
                "1 retry 500 req_1", "2 succeeded 200 req_last",
            ])
        for one in tries {
            let (start, end) = (try #require(one.beganAt), try #require(one.endedAt))
            #expect(began <= start + .seconds(1) && start <= end && one.milliseconds != nil, "\(one)")
        }
        // A stranger's commands have no tries.
        let stranger = try await queue.makeTenant()
        let none = try await queue.gateway.transaction(entering: EnterByKey(mac: stranger.mac)) { tx in
            try tx.run(ListAttempts(of: receipt.id))
        }
        #expect(none.isEmpty)
    }

    @Test func `a try that only looked, after one that wrote, is not given that one's request`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        var job = try await claim(receipt, tenant, worker)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
              request_sha256, answered_at, http_status, outcome, stripe_request_id)
            VALUES (\(tenant.id), \(receipt.id), 1, 'k', 'POST', '/v1/customers', '', 'v', '\\x00', now(), 200,
              'succeeded', 'req_wrote')
            """)
        try await queue.fail(job, "snooze", code: "settling", message: "in a moment")
        job = try await claim(receipt, tenant, worker)
        #expect(try await queue.finish([job]) == [job.id])
        let lines = try await show(receipt).history.filter { !$0.isCall }
        #expect(lines.map { "\($0.number) \($0.what) \($0.requestID ?? "-")" } == ["1 snooze -", "2 succeeded -"])
    }

    @Test func `a dead one that an operator runs again tells both lives`() async throws {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        let job = try await claim(receipt, tenant, worker)
        try await queue.fail(job, "dead", status: 400, code: "parameter_invalid", requestID: "req_9", message: "bad")
        let dead = try await show(receipt)
        #expect(dead.job.state == "dead" && dead.job.attempt == 1 && dead.job.failures == 1)
        #expect(dead.text.contains("given up") && dead.text.contains("req_9"))
        #expect(dead.text.contains("tollgate jobs retry \(PublicID.text(command: receipt.publicID))"), "\(dead.text)")
        let answer = try await queue.admin.transaction(in: PlatformScope.self) { tx in
            try tx.one(ResolveJob(receipt.publicID, .retry, actor: "operator:anna"))
        }
        #expect(answer == "retried")
        let second = try await claim(receipt, tenant, worker)
        #expect(try await queue.finish([second]) == [second.id])
        let alive = try await show(receipt)
        #expect(alive.job.attempt == 2 && alive.job.failures == 1)
        #expect(
            alive.history.map { "\($0.number) \($0.what)" } == ["1 dead", "0 resolve:retry", "2 succeeded"])
        #expect(alive.text.contains("run again by hand") && alive.text.contains("operator:anna"), "\(alive.text)")
    }
}
