import Billing
import Crypto
import Daemon
import Foundation
import TestSupport
import Testing

@testable import Control

/// `tollgate secrets reseal`: after it the old key opens nothing that is in use, and the new one everything.
@Suite(.freshDatabase) struct ResealTests {
    private var database: TestDatabase { TestDatabase.current }

    private func reseal(
        _ keys: [OpeningKey], purpose: String = "stripe-api", as role: TestDatabase.Role = .migrator
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "ring-\(UUID().uuidString)").path
        try keys.map { $0.text.reveal { $0 } }.joined(separator: "\n").write(
            toFile: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: file) }
        var arguments = Arguments(["--purpose", purpose, "--keys", file])
        let settings = Settings(environment: ["TOLLGATE_DATABASE_URL": database.conninfo(role)])
        let command = try ResealSecrets(&arguments, settings)
        try arguments.finish()
        try await command.run(until: ShutdownSignal())
    }

    /// What one secret is when it is opened.
    private func opened(_ id: String, of tenant: Int64, by keys: [OpeningKey]) async throws -> String {
        let hex = try await database.value("SELECT encode(envelope, 'hex') FROM app.sealed_secret WHERE id = '\(id)'")
        let row = SealedSecret.ID(rawValue: try #require(UUID(uuidString: id)))
        let binding = SealedSecret.binding(tenant: tenant, purpose: .stripeAPI, row: row)
        return try KeyRing(keys).open(Hex.decode(hex ?? "") ?? [], boundTo: binding).reveal { $0 }
    }

    @Test func `every secret in use opens with the new key alone; what nobody needs is wiped; twice is once`()
        async throws
    {
        let (fixture, other) = (try await HandlerFixture(), try await HandlerFixture(isConnected: false))
        _ = other
        let old = fixture.apiKeys
        let new = try OpeningKey.generate(id: 7, purpose: "stripe-api")
        let active = try await database.value("SELECT secret_id FROM app.connection") ?? ""
        // More than one stretch of them, waiting in a command.
        var waiting: [SealedSecret.ID] = []
        for number in 0..<120 { waiting.append(try await fixture.seal("sk_test_waiting00000\(1000 + number)")) }
        let abandoned = try await fixture.seal("sk_test_abandoned00000001")
        let retired = try await fixture.seal("sk_test_retired0000000001")
        try await database.run(
            """
            UPDATE app.sealed_secret SET retired_at = now() WHERE id = '\(retired.rawValue)';
            UPDATE app.sealed_secret SET created_at = now() - interval '2 days' WHERE id <> '\(waiting[1].rawValue)';
            INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload)
            SELECT tenant_id, gen_random_uuid(), 1, 'connection.verify', jsonb_build_object('secret', 'ss_' || replace(id::text, '-', ''))
              FROM app.sealed_secret WHERE id NOT IN ('\(abandoned.rawValue)', '\(retired.rawValue)');
            UPDATE app.command SET created_at = now() - interval '2 days';
            """)
        for _ in 0..<2 { try await reseal([new, old]) }
        #expect(
            try await database.value("SELECT count(*) FROM app.sealed_secret WHERE key_id <> 7 AND envelope <> ''")
                == "0")
        #expect(try await opened(active, of: fixture.tenant.id, by: [new]) == "sk_test_active0000000001")
        #expect(
            try await opened(waiting[119].rawValue.uuidString, of: fixture.tenant.id, by: [new])
                == "sk_test_waiting000001119")
        await #expect(throws: CryptoError.self) { try await opened(active, of: fixture.tenant.id, by: [old]) }
        for gone in [abandoned, retired] {
            let text = "SELECT envelope = '' FROM app.sealed_secret WHERE id = '\(gone.rawValue)'"
            #expect(try await database.value(text) == "t")
        }
    }

    @Test func `what the ring does not open stays as it is and is named; programs' roles may not look`() async throws {
        let fixture = try await HandlerFixture()
        let active = try await database.value("SELECT secret_id FROM app.connection") ?? ""
        let stranger = try OpeningKey.generate(id: 7, purpose: "stripe-api")
        do {
            try await reseal([stranger])
            Issue.record("it did not say that something cannot be opened")
        } catch let error as ExitError {
            #expect(error.message.contains(active.lowercased()), "\(error.message)")
        }
        #expect(try await opened(active, of: fixture.tenant.id, by: [fixture.apiKeys]) == "sk_test_active0000000001")
        for role in [TestDatabase.Role.admin, .worker, .gateway, .metrics] {
            await #expect(throws: ExitError.self) { try await reseal([stranger, fixture.apiKeys], as: role) }
        }
        let wrong = try OpeningKey.generate(id: 7, purpose: "stripe-webhook")
        await #expect(throws: ExitError.self) { try await reseal([wrong]) }
    }
}
