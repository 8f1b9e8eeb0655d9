import Daemon
@testable import Jobs
import Postgres
import TestSupport
import Testing

/// Taking a wish back.
@Suite(.freshDatabase) struct CancelTests {
    let queue = QueueFixture()

    private func cancel(_ receipt: CommandReceipt, as tenant: TestTenant) async throws -> CancelCommand.Answer {
        try await queue.gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
            try tx.one(CancelCommand(receipt.publicID, actor: "key"))
        }
    }

    @Test func `a waiting command is canceled and its key goes on`() async throws {
        let tenant = try await queue.makeTenant()
        let first = try await queue.enqueue(Errand(1, key: "client:a"), of: tenant)
        let second = try await queue.enqueue(Errand(2, key: "client:a"), of: tenant)
        let third = try await queue.enqueue(Errand(3, key: "client:a"), of: tenant)
        #expect(try await cancel(second, as: tenant) == .canceled)
        #expect(try await cancel(first, as: tenant) == .canceled)
        #expect(try await queue.outcome(first) == "cancelled")
        #expect(try await queue.claimOne(as: try await queue.enroll(), of: tenant)?.id == third.id)
        #expect(try await cancel(first, as: tenant) == .finished)
    }

    @Test func `a running command is not`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        _ = try await queue.claimOne(as: try await queue.enroll(), of: tenant)
        #expect(try await cancel(receipt, as: tenant) == .running)
    }

    @Test func `a command with an unanswered call is not, its effect would stay`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(), of: tenant)
        try await queue.database.run(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, method, path, body, api_version, request_sha256,
              idem_key)
            VALUES (\(tenant.id), \(receipt.id), 1, 'POST', '/v1/customers', '', 'v', '\\x00', 'cmd_x')
            """)
        #expect(try await cancel(receipt, as: tenant) == .sent)
        // Nor when it was given up on: that it is dead says nothing of the call.
        let job = try #require(try await queue.claimOne(as: try await queue.enroll(), of: tenant))
        try await queue.fail(job, "dead")
        #expect(try await cancel(receipt, as: tenant) == .sent)
        try await queue.database.run("UPDATE app.stripe_call SET outcome = 'void', answered_at = now()")
        #expect(try await cancel(receipt, as: tenant) == .canceled)
    }

    @Test func `another tenant's command is as unknown as none`() async throws {
        let receipt = try await queue.enqueue(Errand(), of: try await queue.makeTenant())
        #expect(try await cancel(receipt, as: try await queue.makeTenant()) == .unknown)
        #expect(try await queue.states().count == 1)
    }

    @Test func `a tenant may have its own dead command tried again`() async throws {
        let tenant = try await queue.makeTenant()
        let receipt = try await queue.enqueue(Errand(key: "client:a"), of: tenant)
        let worker = try await queue.enroll()
        try await queue.fail(try #require(try await queue.claimOne(as: worker, of: tenant)), "dead")
        let answer = try await queue.gateway.transaction(entering: EnterByKey(mac: tenant.mac)) { tx in
            try tx.one(RetryCommand(receipt.publicID, actor: "key"))
        }
        #expect(answer == .retried)
        #expect(try await queue.claimOne(as: worker, of: tenant)?.id == receipt.id)
    }
}
