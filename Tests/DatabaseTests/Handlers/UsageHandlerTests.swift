import Billing
import Daemon
import Foundation
@testable import Jobs
@testable import MeteringWorker
import Stripe
import TestSupport
import Testing
import Worker

/// Usage on its way to Stripe: once, in order, and never twice, whatever is lost.
@Suite(.freshDatabase) struct UsageHandlerTests {
    private struct Scene {
        let fixture: HandlerFixture
        let agent: UUID
        let meter: UUID
    }

    /// An agent with a rule: each lead's e-mail address names the customer; `a@c.example` is `cus_1`.
    private func scene(formula: String = "sum", type: String = "messages") async throws -> Scene {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (agent, meter) = (UUID(), UUID())
        try await fixture.sql(
            """
            INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
            VALUES (\(fixture.tenant.id), '\(agent)', '\(client.rawValue)', 'Bot', 'text');
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(fixture.tenant.id), '\(meter)', 'mtr_1', 'uses', 'Uses', 'messages', '\(formula)', 'active');
            INSERT INTO app.metering_rule (tenant_id, agent_id, version, meter_id, metering_type, customer_mode, identify_by, actor, effective_from)
            VALUES (\(fixture.tenant.id), '\(agent)', 1, '\(meter)', '\(type)', 'dynamic', 'email', 'test', now() - interval '60 days')
            """)
        return Scene(fixture: fixture, agent: agent, meter: meter)
    }

    /// Events of the agent, as the API stores them.
    private func tell(
        _ scene: Scene, _ count: Int, lead: String = "a@c.example", ago: String = "1 minute",
        conversation: String? = nil
    ) async throws {
        let tenant = scene.fixture.tenant.id
        let id = UUID().uuidString.prefix(32)
        let talk = conversation.map { "'\($0)'" } ?? "NULL"
        try await scene.fixture.sql(
            """
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id, conversation_id, lead_email)
            SELECT \(tenant), ('\(id)' || lpad(to_hex(n), 4, '0'))::uuid, '\(scene.agent)', now() - interval '\(ago)', 1, 'message',
                   '\(id) ' || n, \(talk), '\(lead)' FROM generate_series(1, \(count)) n;
            INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events)
            VALUES (\(tenant), '\(id)0000', '\(id)ffff', \(count))
            """)
    }

    private func attribute(_ scene: Scene) async throws {
        #expect(try await run(scene, AttributeUsage(), by: AttributeUsageHandler()) == .recorded)
    }

    private func batches(_ scene: Scene) async throws -> [String] {
        try await scene.fixture.sql("SELECT status, value FROM app.usage_batch ORDER BY created_at, value").map {
            $0.compactMap(\.self).joined(separator: " ")
        }
    }

    private func taken(_ scene: Scene) {
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", 200, #"{"identifier":"x","event_name":"uses","timestamp":1}"#)
    }

    /// The next batch to send, with every other command out of the way.
    private func due(_ scene: Scene) async throws -> ClaimedJob {
        try await scene.fixture.sql(
            """
            DELETE FROM jobq.job j USING app.command c WHERE c.id = j.id AND c.kind <> 'usage.send';
            UPDATE jobq.job SET state = 0, run_at = now() WHERE state = 2
            """)
        return try await scene.fixture.claim(SendUsage.self)
    }

    /// Performs one command while those that wait go on waiting: a claim takes whatever is ready.
    private func run<H: StripeHandler>(_ scene: Scene, _ work: H.Work, by handler: H) async throws -> JobOutcome {
        try await scene.fixture.sql("UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour' WHERE state = 0")
        return try await scene.fixture.run(work, by: handler)
    }

    private func perform(_ scene: Scene) async throws -> JobOutcome {
        let claim = try await due(scene)
        return try await scene.fixture.perform(claim, by: SendUsageHandler())
    }

    @Test func `what comes while a batch waits is added to it; once it is sent, it is another one`() async throws {
        let scene = try await scene()
        try await tell(scene, 3)
        try await attribute(scene)
        try await tell(scene, 2)
        try await attribute(scene)
        #expect(try await batches(scene) == ["pending 5"])
        taken(scene)
        #expect(try await perform(scene) == .recorded)
        try await tell(scene, 1)
        try await attribute(scene)
        #expect(try await batches(scene) == ["confirmed 5", "pending 1"])
        let call = try #require(scene.fixture.stripe.writes.first)
        #expect(call.field("payload%5Bvalue%5D") == "5" || call.field("payload[value]") == "5", "\(call.body)")
        #expect(try await scene.fixture.value("SELECT count(*) FROM app.usage_entry WHERE status = 'metered'") == "6")
    }

    @Test func `"exists already" is a yes, and a lost answer is asked for under the same name`() async throws {
        let scene = try await scene()
        try await tell(scene, 4)
        try await attribute(scene)
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let claim = try await due(scene)
        let outcome = try await scene.fixture.perform(claim, by: SendUsageHandler())
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", 400,
            #"{"error":{"type":"invalid_request_error","param":"identifier","message":"An event already exists with identifier x."}}"#
        )
        let second = try await scene.fixture.again(SendUsage.self, after: outcome, claim)
        #expect(try await scene.fixture.perform(second, by: SendUsageHandler()) == .recorded)
        #expect(try await batches(scene) == ["confirmed 4"])
        let writes = scene.fixture.stripe.writes
        #expect(writes.count == 2 && writes[0] == writes[1])
    }

    @Test(arguments: [(4, "confirmed 4", 1), (0, "confirmed 4", 2), (3, "unknown 4", 1)])
    func `after a day sums are compared before anything is sent again`(there: Int, end: String, sent: Int) async throws
    {
        let scene = try await scene()
        try await tell(scene, 4)
        try await attribute(scene)
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let claim = try await due(scene)
        let outcome = try await scene.fixture.perform(claim, by: SendUsageHandler())
        try await scene.fixture.sql(
            """
            UPDATE app.usage_batch SET first_attempt_at = now() - interval '24 hours';
            UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'
            """)
        scene.fixture.stripe.expect(
            "GET /v1/billing/meters/mtr_1/event_summaries", 200,
            StripeObject.list(#"{"id":"s","aggregated_value":\#(there),"start_time":1,"end_time":2}"#))
        if sent == 2 { taken(scene) }
        let second = try await scene.fixture.again(SendUsage.self, after: outcome, claim)
        #expect(try await scene.fixture.perform(second, by: SendUsageHandler()) == .recorded)
        #expect(try await batches(scene) == [end])
        #expect(scene.fixture.stripe.writes.count == sent)
        if sent == 2 {
            let names = scene.fixture.stripe.writes.compactMap { $0.field("identifier") }
            #expect(names.count == 2 && names[1] == names[0] + "-2")
        }
        let drifts = try await scene.fixture.value("SELECT count(*) FROM app.usage_drift")
        #expect(drifts == (end == "unknown 4" ? "1" : "0"))
    }

    @Test func `V5: events, batches and Stripe's sums are equal, or the difference is written down until it is gone`()
        async throws
    {
        let scene = try await scene()
        try await tell(scene, 5)
        try await tell(scene, 2, lead: "nobody@x.example")
        try await attribute(scene)
        taken(scene)
        #expect(try await perform(scene) == .recorded)
        let day = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400
        for (total, open) in [(5, "0"), (4, "1"), (5, "0")] {
            scene.fixture.stripe.expect(
                "GET /v1/billing/meters/mtr_1/event_summaries", 200,
                StripeObject.list(#"{"id":"s","aggregated_value":\#(total),"start_time":1,"end_time":2}"#))
            let work = CheckUsage(from: day - 86_400, until: day + 86_400)
            #expect(try await run(scene, work, by: CheckUsageHandler()) == .recorded)
            #expect(
                try await scene.fixture.value("SELECT count(*) FROM app.usage_drift WHERE resolved_at IS NULL") == open)
        }
        let ended = try await scene.fixture.sql(
            "SELECT status, count(*) FROM app.usage_entry GROUP BY 1 ORDER BY 1")
        #expect(ended.map { $0.compactMap(\.self).joined(separator: " ") } == ["metered 5", "not_metered 2"])
    }

    @Test func `Stripe's error report reaches the events, and they can be attributed anew`() async throws {
        let scene = try await scene()
        try await tell(scene, 2)
        try await attribute(scene)
        taken(scene)
        #expect(try await perform(scene) == .recorded)
        let name = try #require(try await scene.fixture.value("SELECT identifier FROM app.usage_batch"))
        scene.fixture.stripe.expect(
            "GET /v2/core/events/evt_1", 200,
            #"{"id":"evt_1","type":"v1.billing.meter.error_report_triggered","related_object":{"id":"mtr_1"},"data":{"reason":"#
                + #"{"error_count":1,"error_types":[{"code":"meter_event_customer_not_found","error_count":1,"sample_errors":"#
                + #"[{"error_message":"No such customer","request":{"identifier":"\#(name)"}}]}]}}}"#)
        #expect(
            try await run(scene, ReadErrorReport(event: "evt_1"), by: ReadErrorReportHandler()) == .recorded)
        #expect(try await batches(scene) == ["rejected 2"])
        let reasons = try await scene.fixture.sql("SELECT DISTINCT status, reason FROM app.usage_entry")
        #expect(reasons == [["not_metered", "meter_event_customer_not_found"]])
        #expect(try await scene.fixture.value("SELECT data ->> 'events' FROM app.portal_event") == "2")
        #expect(try await run(scene, ReattributeUsage(), by: ReattributeUsageHandler()) == .recorded)
        #expect(try await batches(scene) == ["rejected 2", "pending 2"])
    }

    @Test func `twelve messages of a conversation count once, for ever, and by another one when the first is voided`()
        async throws
    {
        let scene = try await scene(type: "conversations")
        try await tell(scene, 12, conversation: "talk")
        try await attribute(scene)
        try await tell(scene, 3, conversation: "talk")
        try await attribute(scene)
        #expect(try await batches(scene) == ["pending 1"])
        let counted = try #require(
            try await scene.fixture.value("SELECT event_uid FROM app.usage_entry WHERE value = 1").flatMap {
                UUID(uuidString: $0)
            })
        #expect(
            try await run(scene, VoidUsage(event: .init(rawValue: counted)), by: VoidUsageHandler())
                == .recorded)
        #expect(try await batches(scene) == ["pending 1"])
        #expect(
            try await scene.fixture.value("SELECT count(*) FROM app.usage_entry WHERE value = 1 AND status = 'metered'")
                == "1")
    }

    @Test func `what Stripe knows and is voided is taken back by a batch of less than nothing`() async throws {
        let scene = try await scene()
        try await tell(scene, 3)
        try await attribute(scene)
        taken(scene)
        #expect(try await perform(scene) == .recorded)
        let one = try #require(
            try await scene.fixture.value("SELECT event_uid FROM app.usage_entry ORDER BY 1 LIMIT 1").flatMap {
                UUID(uuidString: $0)
            }
        )
        #expect(
            try await run(scene, VoidUsage(event: .init(rawValue: one)), by: VoidUsageHandler()) == .recorded)
        #expect(try await batches(scene) == ["confirmed 3", "pending -1"])
        taken(scene)
        #expect(try await perform(scene) == .recorded)
        let pair = try await scene.fixture.sql(
            """
            SELECT (SELECT sum(value) FROM app.usage_batch),
                   (SELECT sum(value) FROM app.usage_entry WHERE status = 'metered')
            """)
        #expect(pair == [["2", "2"]])
    }
}
