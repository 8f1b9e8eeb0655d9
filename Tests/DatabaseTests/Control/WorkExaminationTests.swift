import Daemon
import FoundationEssentials
@testable import Jobs
import Postgres
import TestSupport
import Testing

@testable import Control

/// What `tollgate doctor` says of the work, and of Stripe.
@Suite(.freshDatabase) struct WorkExaminationTests {
    private let queue = QueueFixture()

    private func examine() async throws -> [Finding] {
        try await queue.database.run("DELETE FROM jobq.depth_sample")
        return await DatabaseExamination(queue.admin).findings()
    }

    private func find(_ about: String) async throws -> [Finding] {
        try await examine().filter { $0.about == about }
    }

    /// A command that was tried once, and what came of it.
    private func tried(
        _ tenant: TestTenant, _ verdict: String, status: Int? = nil, code: String, message: String = "said",
        ago: String = "5 minutes"
    ) async throws -> CommandReceipt {
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        try await queue.fail(job, verdict, status: status, code: code, message: message)
        try await queue.database.run(
            """
            UPDATE app.attempt SET at = now() - interval '\(ago)' WHERE command_id = \(receipt.id);
            UPDATE jobq.job SET run_at = now() + interval '1 hour', state = 2 WHERE id = \(receipt.id)
            """)
        return receipt
    }

    /// Something was written to Stripe, and answered so long ago.
    private func answered(_ tenant: TestTenant, ago: String) async throws {
        let receipt = try await queue.enqueue(InvoiceErrand(), of: tenant)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
              request_sha256, answered_at, http_status, outcome)
            VALUES (\(tenant.id), \(receipt.id), 1, 'k', 'POST', '/v1/customers', '', 'v', '\\x00',
              now() - interval '\(ago)', 200, 'succeeded')
            """)
    }

    @Test func `a Stripe that does not answer is bad, and the line says since when, for whom and what to do`()
        async throws
    {
        #expect(try await find("stripe").map(\.grade) == [.good])
        let tenant = try await queue.makeTenant()
        try await answered(tenant, ago: "1 minute")
        let quiet = try #require(try await find("stripe").first)
        #expect(quiet.grade == .good && quiet.text.contains("the last time to a write at 20"), "\(quiet)")

        try await queue.database.run("UPDATE app.stripe_call SET answered_at = now() - interval '10 minutes'")
        let first = try await tried(tenant, "snooze", code: "no_answer", message: "timed out", ago: "9 minutes")
        let second = try await tried(
            try await queue.makeTenant(), "snooze", code: "stripe_unreachable", message: "no route", ago: "1 minute")
        let silent = try #require(try await find("stripe").first)
        #expect(silent.grade == .bad, "\(silent)")
        for word in [
            "does not answer", "2 commands of 2 tenants", "stripe_unreachable: no route", "status.stripe.com",
            "tollgate jobs show \(PublicID.text(command: second.publicID))",
        ] {
            #expect(silent.text.contains(word), "\(word): \(silent.text)")
        }
        // Others are answered: then it is some calls, not Stripe.
        try await queue.database.run("UPDATE app.stripe_call SET answered_at = now() - interval '10 seconds'")
        let some = try #require(try await find("stripe").first)
        #expect(some.grade == .notable && some.text.contains("not always"), "\(some)")
        // A portal that does not take its events is not Stripe.
        try await queue.database.run(
            "UPDATE jobq.job SET queue_id = 6 WHERE id IN (\(first.id), \(second.id))")
        #expect(try await find("stripe").map(\.grade) == [.good])
    }

    @Test func `what hangs is bad, what is tried again for hours is named, what is ours to mend is bad at once`()
        async throws
    {
        let tenant = try await queue.makeTenant()
        let worker = try await queue.enroll()
        try await queue.enqueue(Errand(), of: tenant)
        let running = try #require(try await queue.claimOne(as: worker, of: tenant))
        #expect(try await find("running").isEmpty)
        try await queue.database.run(
            "UPDATE jobq.job SET deadline_at = now() - interval '10 minutes' WHERE id = \(running.id)")
        let hanging = try #require(try await find("running").first)
        #expect(hanging.grade == .bad && hanging.text.contains("10 min past its deadline"), "\(hanging)")
        #expect(hanging.text.contains("restart it") && hanging.text.contains("test.errand of tenant"), "\(hanging)")

        _ = try await tried(tenant, "snooze", code: "permission_missing", ago: "30 minutes")
        #expect(try await find("retrying").isEmpty)
        let old = try await tried(tenant, "snooze", code: "permission_missing", ago: "5 hours")
        let noted = try #require(try await find("retrying").first)
        #expect(noted.grade == .notable && noted.text.contains("2 commands are tried again"), "\(noted)")
        #expect(
            noted.text.contains("for 5 h") && noted.text.contains(PublicID.text(command: old.publicID)), "\(noted)")
        _ = try await tried(tenant, "snooze", code: "platform_key_refused", ago: "1 minute")
        let grades = try await find("retrying").map(\.grade)
        #expect(grades == [.notable, .bad])
    }

    @Test func `a queue without workers, a paused one and a paused tenant say how they go on`() async throws {
        let tenant = try await queue.makeTenant()
        for name in QueueName.allCases { _ = try await queue.enroll(name) }
        #expect(try await find("queue").allSatisfy { $0.grade == .good })
        try await queue.database.run("SELECT jobq.pause_queue('invoices', 'audit')")
        let paused = try await find("queue").filter { $0.grade == .bad }
        #expect(paused.count == 1 && paused[0].text.contains("tollgate queues resume invoices"), "\(paused)")
        try await queue.database.run(
            "SELECT jobq.pause_lane(NULL, '\(tenant.publicID)', 'Stripe refused the key: 401')")
        let lanes = try await find("paused")
        #expect(lanes.count == 1 && lanes[0].text.contains("refused the key"), "\(lanes)")
        try await queue.database.run("DELETE FROM jobq.worker WHERE queue_id = 3")
        let idle = try await find("queue").filter { $0.text.contains("nobody works") }
        #expect(idle.map(\.grade) == [.bad] && idle[0].text.contains("start tollgate-invoices-worker"), "\(idle)")
    }

    @Test func `doctor ends with 1 when Stripe does not answer`() async throws {
        let tenant = try await queue.makeTenant()
        for name in QueueName.allCases { _ = try await queue.enroll(name) }
        func run() async throws {
            var arguments = Arguments(["--json"])
            let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": queue.database.conninfo(.admin)])
            try await Doctor(&arguments, settings).run(until: ShutdownSignal())
        }
        let before = try await examine().filter { $0.grade == .bad }.count
        _ = try await tried(tenant, "snooze", code: "no_answer")
        #expect(try await examine().filter { $0.grade == .bad }.count == before + 1)
        let error = await #expect(throws: ExitError.self) { try await run() }
        #expect(error?.code == 1)
    }
}
