@testable import AccessWorker
import Billing
import Daemon
import Foundation
import Jobs
import Postgres
import TestSupport
import Testing

/// What is deleted when its time is over, and above all what is not.
@Suite(.freshDatabase) struct RetentionTests {
    /// A command that ended some days ago; gives its number.
    private func command(
        _ fixture: HandlerFixture, _ kind: String = "client.publish", _ outcome: String = "done", days: Int = 200,
        dedupe: String? = nil, isWrite: Bool = false
    ) async throws -> String {
        let key = dedupe.map { "'\($0)'" } ?? "NULL"
        let id = try #require(
            try await fixture.value(
                """
                INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload, dedupe_key, outcome, finished_at)
                VALUES (\(fixture.tenant.id), gen_random_uuid(), 2, '\(kind)', '{}', \(key), '\(outcome)', now() - interval '\(days) days')
                RETURNING id
                """))
        try await fixture.sql(
            """
            INSERT INTO app.attempt (tenant_id, command_id, n, verdict, at)
            VALUES (\(fixture.tenant.id), \(id), 1, 'retry', now() - interval '\(days) days')
            """)
        guard isWrite else { return id }
        try await fixture.sql(
            """
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version, request_sha256)
            VALUES (\(fixture.tenant.id), \(id), 1, 'k', 'POST', '/v1/customers', '', 'v', '')
            """)
        return id
    }

    private func forget(_ fixture: HandlerFixture) async throws {
        // Attempts go before their commands: the second night takes those.
        for _ in 0..<2 {
            try await fixture.sql("DELETE FROM jobq.job; DELETE FROM app.command WHERE kind = 'rows.forget'")
            #expect(try await fixture.run(ForgetOldRows(), by: ForgetOldRowsHandler()) == .recorded)
        }
    }

    @Test func `ended commands go after their time; what wrote to Stripe, is dead or was to happen once stays`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let gone = [
            try await command(fixture), try await command(fixture, "client.publish", "failed"),
            try await command(fixture, "events.sweep", dedupe: "sweep:1"),
            try await command(fixture, "usage.attribute", dedupe: "usage:1"),
            try await command(fixture, "usage.backfill", dedupe: "backfill:1"),
            try await command(fixture, "usage.charge_late", dedupe: "usage:late:1"),
        ]
        let kept = [
            try await command(fixture, days: 179), try await command(fixture, isWrite: true),
            try await command(fixture, "client.publish", "dead"),
            try await command(fixture, "payment_method.adopt", dedupe: "adopt:1"),
        ]
        try await forget(fixture)
        let left = try await fixture.sql("SELECT id FROM app.command WHERE kind <> 'rows.forget' ORDER BY id").map {
            $0[0]
        }
        #expect(left == kept && Set(left).isDisjoint(with: gone))
        // A young command's attempts, and a dead one's, which somebody has still to look at.
        let attempts = try await fixture.sql("SELECT command_id FROM app.attempt ORDER BY command_id").map { $0[0] }
        #expect(attempts == [kept[0], kept[2]])
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_call") == "1")
    }

    @Test func `answers go after thirty days, quotes nobody bought by too, deliveries after their time`() async throws {
        let fixture = try await HandlerFixture()
        let tenant = fixture.tenant.id
        let client = try await fixture.addClient().rawValue
        for (name, days) in [("old", 31), ("young", 29)] {
            try await fixture.sql(
                """
                INSERT INTO app.idempotency (tenant_id, key, fingerprint, status, body, created_at)
                VALUES (\(tenant), '\(name)', '', 200, '', now() - interval '\(days) days')
                """)
        }
        try await fixture.sql(
            """
            SET session_replication_role = replica;
            INSERT INTO app.credit_quote (tenant_id, id, client_id, pricing_id, amount, currency, credits, expires_at)
            SELECT \(tenant), md5(n)::uuid, '\(client)', gen_random_uuid(), 100, 'usd', 1, now() - interval '40 days'
              FROM unnest(ARRAY['bought', 'left']) n;
            INSERT INTO app.credit_purchase (tenant_id, id, client_id, quote_id, pricing_id, amount, currency, credits, origin, method)
            VALUES (\(tenant), gen_random_uuid(), '\(client)', md5('bought')::uuid, gen_random_uuid(), 100, 'usd', 1, 'portal', 'card');
            INSERT INTO app.webhook_delivery (tenant_id, id, endpoint_id, event_id, cause, status, ended_at)
            SELECT \(tenant), md5(n)::uuid, gen_random_uuid(), gen_random_uuid(), 'event', 'delivered', now() - d
              FROM (VALUES ('old', interval '200 days'), ('young', interval '10 days')) v (n, d);
            INSERT INTO app.webhook_delivery (tenant_id, id, endpoint_id, event_id, cause, status)
            VALUES (\(tenant), md5('waiting')::uuid, gen_random_uuid(), gen_random_uuid(), 'event', 'retrying');
            INSERT INTO app.webhook_attempt (tenant_id, delivery_id, number, duration_ms, at)
            SELECT \(tenant), md5(n)::uuid, 1, 5, now() - interval '201 days' FROM unnest(ARRAY['old', 'waiting']) n;
            RESET session_replication_role
            """)
        try await forget(fixture)
        #expect(try await fixture.value("SELECT string_agg(key, ' ') FROM app.idempotency") == "young")
        #expect(try await fixture.value("SELECT count(*) FROM app.credit_quote WHERE id = md5('bought')::uuid") == "1")
        #expect(try await fixture.value("SELECT count(*) FROM app.credit_quote") == "1")
        #expect(try await fixture.value("SELECT count(*) FROM app.credit_purchase") == "1")
        #expect(try await fixture.value("SELECT count(*) FROM app.webhook_delivery WHERE id = md5('old')::uuid") == "0")
        #expect(try await fixture.value("SELECT count(*) FROM app.webhook_delivery") == "2")
        #expect(try await fixture.value("SELECT count(*) FROM app.webhook_attempt") == "1")
        #expect(try await fixture.waiting() == ["rows.forget"])
    }

    @Test func `the wall holds when a statement is wrong: the worker deletes nothing younger, nothing that was money`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let (old, young) = (try await command(fixture), try await command(fixture, days: 5))
        let written = try await command(fixture, isWrite: true)
        let session = AdministrativeSession(TestDatabase.current.conninfo(.worker))
        let deleted = try await session.run(
            "BEGIN; SET LOCAL app.tenant_id = '\(fixture.tenant.id)'; DELETE FROM app.command RETURNING id")
        #expect(deleted.map { $0[0] } == [old])
        try await session.run("ROLLBACK")
        for table in [
            "invoice", "credit_entry", "audit_entry", "usage_event", "stripe_call", "portal_event", "stripe_event",
        ] {
            await #expect(throws: (any Error).self, "\(table)") {
                try await session.run("SET app.tenant_id = '\(fixture.tenant.id)'; DELETE FROM app.\(table)")
            }
        }
        await session.close()
        let left = try await fixture.sql("SELECT id FROM app.command ORDER BY id").map { $0[0] }
        #expect(left == [old, young, written])
    }
}
