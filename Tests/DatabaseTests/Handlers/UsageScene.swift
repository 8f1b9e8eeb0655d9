import Billing
import Foundation
@testable import Jobs
@testable import MeteringWorker
import TestSupport
import Testing
import Worker

/// An agent with a rule: each lead's e-mail address names the customer; `a@c.example` is `cus_1`.
struct UsageScene {
    let fixture: HandlerFixture
    let agent: UUID
    let meter: UUID

    init(formula: String = "sum", type: String = "messages") async throws {
        fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        (agent, meter) = (UUID(), UUID())
        try await fixture.sql(
            """
            INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
            VALUES (\(fixture.tenant.id), '\(agent)', '\(client.rawValue)', 'Bot', 'text');
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(fixture.tenant.id), '\(meter)', 'mtr_1', 'uses', 'Uses', 'messages', '\(formula)', 'active')
            """)
        try await addRule(1, type: type, from: "60 days")
    }

    /// A version of the agent's rule; `from` and `until` are how long ago.
    func addRule(_ version: Int, type: String = "messages", from: String, until: String? = nil) async throws {
        let end = until.map { "now() - interval '\($0)'" } ?? "NULL"
        try await fixture.sql(
            """
            UPDATE app.metering_rule SET ended_at = now() - interval '\(from)' WHERE ended_at IS NULL;
            INSERT INTO app.metering_rule (tenant_id, agent_id, version, meter_id, metering_type, customer_mode, identify_by, actor,
                                           effective_from, ended_at)
            VALUES (\(fixture.tenant.id), '\(agent)', \(version), '\(meter)', '\(type)', 'dynamic', 'email', 'test',
                    now() - interval '\(from)', \(end))
            """)
    }

    /// Events of the agent, as the API stores them.
    func tell(
        _ count: Int, lead: String = "a@c.example", ago: String = "1 minute", received: String = "0",
        conversation: String? = nil, messages: Int = 1, backfill: Bool = false
    ) async throws {
        let tenant = fixture.tenant.id
        let id = UUID().uuidString.prefix(32)
        let talk = conversation.map { "'\($0)'" } ?? "NULL"
        try await fixture.sql(
            """
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, received_at, messages, kind, event_id,
                                         conversation_id, lead_email, is_backfill)
            SELECT \(tenant), ('\(id)' || lpad(to_hex(n), 4, '0'))::uuid, '\(agent)', now() - interval '\(ago)',
                   now() - interval '\(received)', \(messages), 'message', '\(id) ' || n, \(talk), '\(lead)', \(backfill)
              FROM generate_series(1, \(count)) n;
            INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events, is_backfill)
            VALUES (\(tenant), '\(id)0000', '\(id)ffff', \(count), \(backfill))
            """)
    }

    func attribute() async throws {
        #expect(try await run(AttributeUsage(), by: AttributeUsageHandler()) == .recorded)
    }

    func batches() async throws -> [String] {
        try await words("SELECT status, value FROM app.usage_batch ORDER BY created_at, value")
    }

    /// How many entries there are of each kind.
    func entries() async throws -> [String] {
        try await words("SELECT status, reason, count(*) FROM app.usage_entry GROUP BY 1, 2 ORDER BY 1, 2")
    }

    func words(_ query: String) async throws -> [String] {
        try await fixture.sql(query).map { $0.compactMap(\.self).joined(separator: " ") }
    }

    func taken() {
        fixture.stripe.expect(
            "POST /v1/billing/meter_events", 200, #"{"identifier":"x","event_name":"uses","timestamp":1}"#)
    }

    /// The next batch to send, with every other command out of the way.
    func due() async throws -> ClaimedJob {
        try await fixture.sql(
            """
            DELETE FROM jobq.job j USING app.command c WHERE c.id = j.id AND c.kind <> 'usage.send';
            UPDATE jobq.job SET state = 0, run_at = now() WHERE state = 2
            """)
        return try await fixture.claim(SendUsage.self)
    }

    /// Performs one command while those that wait go on waiting: a claim takes whatever is ready.
    func run<H: StripeHandler>(_ work: H.Work, by handler: H) async throws -> JobOutcome {
        try await fixture.sql("UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour' WHERE state = 0")
        return try await fixture.run(work, by: handler)
    }

    /// Sends the next batch.
    func perform() async throws -> JobOutcome {
        let claim = try await due()
        return try await fixture.perform(claim, by: SendUsageHandler())
    }
}
