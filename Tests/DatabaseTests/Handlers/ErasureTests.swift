@testable import AccessWorker
import Billing
import Foundation
import HTTPTypes
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

@testable import API

/// A person is taken out of every row, and told everything before.
@Suite(.freshDatabase) struct ErasureTests {
    private static let words = [
        "ann@person.example", "Ann Person", "+49 170 1234567", "loves-rye-bread", "chat-with-ann",
    ]

    /// A closed client whose words are everywhere.
    private func closedClient() async throws -> (HandlerFixture, Client.ID) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(email: Self.words[0])
        let tenant = fixture.tenant.id
        let agent = UUID()
        try await fixture.sql(
            """
            UPDATE app.client SET name = '\(Self.words[1])', phone = '\(Self.words[2])', access_state = 'closed';
            INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
            VALUES (\(tenant), '\(agent)', '\(client.rawValue)', 'Bot of \(Self.words[1])', 'text');
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id, conversation_id,
                analysis, lead_email, lead_name, lead_phone)
            SELECT \(tenant), gen_random_uuid(), '\(agent)', now(), n, 'text', 'e' || n, '\(Self.words[4])',
                '{"likes": "\(Self.words[3])"}', '\(Self.words[0])', '\(Self.words[1])', '\(Self.words[2])'
              FROM generate_series(1, 3) n;
            INSERT INTO app.import (tenant_id, id, what, status) VALUES (\(tenant), '\(agent)', 'customers', 'done');
            INSERT INTO app.import_item (tenant_id, import_id, id, stripe_id, facts)
            VALUES (\(tenant), '\(agent)', gen_random_uuid(), 'cus_1', '{"email": "\(Self.words[0])"}');
            INSERT INTO app.portal_event (tenant_id, id, type, subject, data)
            VALUES (\(tenant), gen_random_uuid(), 'access.blocked', '\(client.text)', '{"note": "\(Self.words[1])"}');
            INSERT INTO app.reconciliation (tenant_id, id, cause) VALUES (\(tenant), '\(agent)', 'wish');
            INSERT INTO app.drift_item (tenant_id, id, reconciliation_id, kind, object_kind, row_id, stripe_id, field, ours)
            VALUES (\(tenant), gen_random_uuid(), '\(agent)', 'differs', 'customer', '\(client.rawValue)', 'cus_1', 'name',
                '\(Self.words[1])');
            INSERT INTO app.audit_entry (tenant_id, id, actor, action, target, after)
            VALUES (\(tenant), gen_random_uuid(), 'key_1', 'agent.create', 'ag_\(agent.hex)', '{"name": "\(Self.words[1])"}');
            INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload, target_kind, target_id, outcome, finished_at, problem)
            VALUES (\(tenant), gen_random_uuid(), 2, 'client.publish', '{}', 'client', '\(client.rawValue)', 'failed', now() - interval '1 h',
                '{"code": "email_invalid", "detail": "Invalid email: \(Self.words[0])"}');
            INSERT INTO app.attempt (tenant_id, command_id, n, verdict, error)
            SELECT \(tenant), id, 1, 'retry', 'Invalid email: \(Self.words[0])' FROM app.command;
            INSERT INTO app.stripe_call (tenant_id, command_id, step, idem_key, method, path, body, api_version,
                request_sha256, outcome, response)
            SELECT \(tenant), id, 1, 'k', 'POST', '/v1/customers/cus_1', 'name=\(Self.words[1])&email=\(Self.words[0])',
                'v', '\\x00', 'refused', '{"email": "\(Self.words[0])"}' FROM app.command;
            """)
        return (fixture, client)
    }

    @Test func `erasing leaves none of a person's words in any row; amounts and the audit chain stay`() async throws {
        let (fixture, client) = try await closedClient()
        for word in Self.words { #expect(try await !places(of: word, fixture).isEmpty, "\(word) is not there before") }
        fixture.stripe.expect("POST /v1/customers/cus_1", 200, StripeObject.customer("cus_1"))
        try await fixture.queue.enqueue(EraseClient(client: client), of: fixture.tenant)
        var claim = try await fixture.claim(EraseClient.self)
        var outcome = try await fixture.perform(claim, by: EraseClientHandler())
        while outcome != .recorded {
            claim = try await fixture.again(EraseClient.self, after: outcome, claim)
            outcome = try await fixture.perform(claim, by: EraseClientHandler())
        }
        #expect(try await fixture.ending() == "done")
        for word in Self.words { #expect(try await places(of: word, fixture) == [], "\(word)") }
        #expect(try await fixture.value("SELECT sum(messages) FROM app.usage_event") == "6")
        let kept = try await fixture.sql("SELECT data FROM app.portal_event WHERE type = 'client.erased'")
        #expect(kept.count == 1)
        let faults = "SELECT count(*) FROM app.audit_faults(\(fixture.tenant.id), 0, 1000)"
        #expect(try await fixture.value(faults) == "0")
        #expect(
            try await fixture.value("SELECT problem ->> 'code' FROM app.command ORDER BY id LIMIT 1") == "email_invalid"
        )
    }

    @Test func `what Stripe still tells of an erased customer does not bring its card back`() async throws {
        let (fixture, _) = try await closedClient()
        try await fixture.sql("UPDATE app.client SET erased_at = now(), payment_method = NULL")
        let work = try await fixture.addEvent("evt_1", "customer.updated", "customer", "cus_1")
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, StripeObject.customer("cus_1", card: "pm_1"))
        #expect(try await fixture.run(work, by: ApplyEventHandler()) == .recorded)
        #expect(try await fixture.sql("SELECT payment_method, card_last4 FROM app.client") == [[nil, nil]])
    }

    @Test func `an export holds every row, usage and events too, however many there are`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let agent = await mine.post("/v1/agents", #"{"client": "\#(client)", "name": "Bot", "platform": "text"}"#)
        let database = TestDatabase.current
        try await database.run(
            """
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id)
            SELECT \(mine.number), gen_random_uuid(), a.id, now(), n, 'text', 'e' || n
              FROM app.agent a, generate_series(1, 1500) n;
            INSERT INTO app.portal_event (tenant_id, id, type, subject)
            VALUES (\(mine.number), gen_random_uuid(), 'access.blocked', '\(client)');
            """)
        #expect(agent.status == 201)
        let answer = await portal.send(.post, "/v1/clients/\(client)/export", key: mine.key, body: "{}")
        let json = try JSON.parse(answer.body, limits: .generous)
        let usage = json["tables"]?["usage_event"]
        #expect(usage?["count"] == 1500 && usage?["rows"]?.arrayValue?.count == 1500, "\(usage?["count"] ?? .null)")
        #expect(json["tables"]?["portal_event"]?["rows"]?.arrayValue?.count == 1)
        #expect(json["tables"]?["client"]?["rows"]?[0]?["name"] == "Client")
        #expect(!answer.text.contains("tenant_id"))
    }

    @Test func `an export is bounded in bytes, and says of which table it is not all`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        _ = await mine.post("/v1/agents", #"{"client": "\#(client)", "name": "Bot", "platform": "text"}"#)
        try await TestDatabase.current.run(
            """
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id, analysis)
            SELECT \(mine.number), gen_random_uuid(), a.id, now(), n, 'text', 'e' || n,
                   jsonb_build_object('text', repeat('x', 10000)) FROM app.agent a, generate_series(1, 1500) n
            """)
        let answer = await portal.send(.post, "/v1/clients/\(client)/export", key: mine.key, body: "{}")
        let json = try JSON.parse(answer.body, limits: .generous)
        #expect(answer.status == 200 && answer.body.count < 10_000_000, "\(answer.body.count) bytes")
        let usage = json["tables"]?["usage_event"]
        #expect(usage?["count"] == 1500 && usage?["truncated"] == true)
        #expect((usage?["rows"]?.arrayValue?.count ?? 0) > 500)
        #expect(json["tables"]?["client"]?["truncated"] == false)
    }

    /// The tables and columns of the schema in which a word stands.
    private func places(of word: String, _ fixture: HandlerFixture) async throws -> [String] {
        let tables = try await fixture.sql(
            """
            SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE n.nspname = 'app' AND c.relkind = 'r' ORDER BY 1
            """)
        var found: [String] = []
        for table in tables.compactMap(\.first).compactMap(\.self) {
            let count = try await fixture.value(
                "SELECT count(*) FROM app.\"\(table)\" x WHERE position('\(word)' IN x::text) > 0")
            if count != "0" { found.append(table) }
        }
        return found
    }
}
