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
    @Test func `what comes while a batch waits is added to it; once it is sent, it is another one`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(3)
        try await scene.attribute()
        try await scene.tell(2)
        try await scene.attribute()
        #expect(try await scene.batches() == ["pending 5"])
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        try await scene.tell(1)
        try await scene.attribute()
        #expect(try await scene.batches() == ["confirmed 5", "pending 1"])
        let call = try #require(scene.fixture.stripe.writes.first)
        #expect(call.field("payload%5Bvalue%5D") == "5" || call.field("payload[value]") == "5", "\(call.body)")
        #expect(try await scene.fixture.value("SELECT count(*) FROM app.usage_entry WHERE status = 'metered'") == "6")
    }

    @Test(arguments: [#","param":"identifier""#, ""])
    func `"exists already" is a yes, and a lost answer is asked for under the same name`(param: String) async throws {
        let scene = try await UsageScene()
        try await scene.tell(4)
        try await scene.attribute()
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let claim = try await scene.due()
        let outcome = try await scene.fixture.perform(claim, by: SendUsageHandler())
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", 400,
            #"{"error":{"type":"invalid_request_error"\#(param),"message":"An event already exists with identifier x."}}"#
        )
        let second = try await scene.fixture.again(SendUsage.self, after: outcome, claim)
        #expect(try await scene.fixture.perform(second, by: SendUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["confirmed 4"])
        let writes = scene.fixture.stripe.writes
        #expect(writes.count == 2 && writes[0] == writes[1])
    }

    @Test(arguments: [(4, "confirmed 4", 1), (0, "confirmed 4", 2), (3, "unknown 4", 1)])
    func `after a day sums are compared before anything is sent again`(there: Int, end: String, sent: Int) async throws
    {
        let scene = try await UsageScene()
        try await scene.tell(4)
        try await scene.attribute()
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let claim = try await scene.due()
        let outcome = try await scene.fixture.perform(claim, by: SendUsageHandler())
        try await scene.fixture.sql(
            """
            UPDATE app.usage_batch SET first_attempt_at = now() - interval '24 hours';
            UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'
            """)
        scene.fixture.stripe.expect(
            "GET /v1/billing/meters/mtr_1/event_summaries", 200,
            StripeObject.list(#"{"id":"s","aggregated_value":\#(there),"start_time":1,"end_time":2}"#))
        if sent == 2 { scene.taken() }
        let second = try await scene.fixture.again(SendUsage.self, after: outcome, claim)
        #expect(try await scene.fixture.perform(second, by: SendUsageHandler()) == .recorded)
        #expect(try await scene.batches() == [end])
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
        let scene = try await UsageScene()
        try await scene.tell(5)
        try await scene.tell(2, lead: "nobody@x.example")
        try await scene.attribute()
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        let day = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400
        for (total, open) in [(5, "0"), (4, "1"), (5, "0")] {
            scene.fixture.stripe.expect(
                "GET /v1/billing/meters/mtr_1/event_summaries", 200,
                StripeObject.list(#"{"id":"s","aggregated_value":\#(total),"start_time":1,"end_time":2}"#))
            let work = CheckUsage(from: day - 86_400, until: day + 86_400)
            #expect(try await scene.run(work, by: CheckUsageHandler()) == .recorded)
            #expect(
                try await scene.fixture.value("SELECT count(*) FROM app.usage_drift WHERE resolved_at IS NULL") == open)
        }
        let ended = try await scene.fixture.sql(
            "SELECT status, count(*) FROM app.usage_entry GROUP BY 1 ORDER BY 1")
        #expect(ended.map { $0.compactMap(\.self).joined(separator: " ") } == ["metered 5", "not_metered 2"])
    }

    @Test func `Stripe's error report reaches the events, and they can be attributed anew`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(2)
        try await scene.attribute()
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        let name = try #require(try await scene.fixture.value("SELECT identifier FROM app.usage_batch"))
        scene.fixture.stripe.expect(
            "GET /v2/core/events/evt_1", 200,
            #"{"id":"evt_1","type":"v1.billing.meter.error_report_triggered","related_object":{"id":"mtr_1"},"data":{"reason":"#
                + #"{"error_count":1,"error_types":[{"code":"meter_event_customer_not_found","error_count":1,"sample_errors":"#
                + #"[{"error_message":"No such customer","request":{"identifier":"\#(name)"}}]}]}}}"#)
        #expect(
            try await scene.run(ReadErrorReport(event: "evt_1"), by: ReadErrorReportHandler()) == .recorded)
        #expect(try await scene.batches() == ["rejected 2"])
        let reasons = try await scene.fixture.sql("SELECT DISTINCT status, reason FROM app.usage_entry")
        #expect(reasons == [["not_metered", "meter_event_customer_not_found"]])
        #expect(try await scene.fixture.value("SELECT data ->> 'events' FROM app.portal_event") == "2")
        #expect(try await scene.run(ReattributeUsage(), by: ReattributeUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["rejected 2", "pending 2"])
    }

    @Test func `twelve messages of a conversation count once, for ever, and by another one when the first is voided`()
        async throws
    {
        let scene = try await UsageScene(type: "conversations")
        try await scene.tell(12, conversation: "talk")
        try await scene.attribute()
        try await scene.tell(3, conversation: "talk")
        try await scene.attribute()
        #expect(try await scene.batches() == ["pending 1"])
        let counted = try #require(
            try await scene.fixture.value("SELECT event_uid FROM app.usage_entry WHERE value = 1").flatMap {
                UUID(uuidString: $0)
            })
        #expect(
            try await scene.run(VoidUsage(event: .init(rawValue: counted)), by: VoidUsageHandler())
                == .recorded)
        #expect(try await scene.batches() == ["pending 1"])
        #expect(
            try await scene.fixture.value("SELECT count(*) FROM app.usage_entry WHERE value = 1 AND status = 'metered'")
                == "1")
    }

    @Test func `what Stripe knows and is voided is taken back by a batch of less than nothing`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(3)
        try await scene.attribute()
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        let one = try #require(
            try await scene.fixture.value("SELECT event_uid FROM app.usage_entry ORDER BY 1 LIMIT 1").flatMap {
                UUID(uuidString: $0)
            }
        )
        #expect(
            try await scene.run(VoidUsage(event: .init(rawValue: one)), by: VoidUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["confirmed 3", "pending -1"])
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        let pair = try await scene.fixture.sql(
            """
            SELECT (SELECT sum(value) FROM app.usage_batch),
                   (SELECT sum(value) FROM app.usage_entry WHERE status = 'metered')
            """)
        #expect(pair == [["2", "2"]])
    }
}
