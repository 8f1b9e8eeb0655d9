import Billing
import Foundation
@testable import Jobs
@testable import MeteringWorker
import TestSupport
import Testing
import Worker

/// What keeps usage true when things go on at the same time, late, or in great number.
@Suite(.freshDatabase) struct UsageUpkeepTests {
    @Test func `versions of a rule that overlap count an event once, by the later one`() async throws {
        let scene = try await UsageScene()
        // Two changes at once: the one that waited began before the one it follows.
        try await scene.addRule(2, from: "5 minutes", until: "5 minutes")
        try await scene.addRule(3, from: "6 minutes")
        try await scene.fixture.sql(
            "UPDATE app.metering_rule SET ended_at = now() - interval '5 minutes' WHERE version = 1")
        try await scene.tell(1, ago: "330 seconds", received: "330 seconds")
        try await scene.attribute()
        #expect(try await scene.batches() == ["pending 1"])
        #expect(try await scene.words("SELECT rule_version FROM app.usage_entry") == ["3"])
    }

    @Test func `a meter that counts events is not told five messages as one`() async throws {
        let scene = try await UsageScene(formula: "count")
        try await scene.tell(1, messages: 5)
        try await scene.tell(2)
        try await scene.attribute()
        #expect(try await scene.entries() == ["metered 2", "not_metered meter_formula 1"])
        #expect(try await scene.batches() == ["pending 1", "pending 1"])
    }

    @Test func `at the end of Stripe's day nothing is sent and nothing compared: its sums are late`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(4)
        try await scene.attribute()
        scene.fixture.stripe.expect(
            "POST /v1/billing/meter_events", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        let claim = try await scene.due()
        let outcome = try await scene.fixture.perform(claim, by: SendUsageHandler())
        try await scene.fixture.sql(
            """
            UPDATE app.usage_batch SET first_attempt_at = now() - interval '23 hours 10 minutes';
            UPDATE app.stripe_call SET first_sent_at = now() - interval '23 hours 10 minutes'
            """)
        let second = try await scene.fixture.again(SendUsage.self, after: outcome, claim)
        let rested = try await scene.fixture.perform(second, by: SendUsageHandler())
        #expect(rested.why?.code == "resting", "\(rested)")
        #expect(scene.fixture.stripe.writes.count == 1)
        #expect(try await scene.batches() == ["sent 4"])
    }

    @Test func `usage that comes days late has its day compared again`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(2, ago: "3 days")
        try await scene.attribute()
        scene.taken()
        #expect(try await scene.perform() == .recorded)
        let checks = try await scene.words(
            """
            SELECT to_timestamp((payload ->> 'from')::bigint) <= now() - interval '3 days',
                   to_timestamp((payload ->> 'until')::bigint) > now() - interval '3 days'
              FROM app.command WHERE kind = 'usage.check' AND dedupe_key LIKE 'usage:check:%:%'
            """)
        #expect(checks == ["t t"])
    }

    @Test func `a backfill is looked after like what comes by itself, and flushed with it`() async throws {
        let scene = try await UsageScene()
        try await scene.tell(2, backfill: true)
        #expect(try await scene.run(AttributeBackfill(), by: AttributeBackfillHandler()) == .recorded)
        let kinds = try await scene.words(
            """
            SELECT DISTINCT split_part(dedupe_key, ':', 1), split_part(dedupe_key, ':', 2) FROM app.command
             WHERE dedupe_key ~ '^(backfill:sweep|usage:check|usage:reports)' ORDER BY 1, 2
            """)
        #expect(kinds == ["backfill sweep", "usage check", "usage reports"])
        try await scene.tell(3, backfill: true)
        let flush = FlushUsage(subscription: .init(rawValue: UUID()))
        #expect(try await scene.run(flush, by: FlushUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["pending 5"])
    }

    @Test func `thousands that were not metered are attributed anew lot by lot`() async throws {
        let scene = try await UsageScene()
        let count = ReopenEvents.eventsMax + 1
        try await scene.tell(count, lead: "new@c.example")
        try await scene.attribute()
        #expect(try await scene.entries() == ["not_metered customer_not_found \(count)"])
        _ = try await scene.fixture.addClient(customer: "cus_2", email: "new@c.example")
        #expect(try await scene.run(ReattributeUsage(), by: ReattributeUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["pending \(ReopenEvents.eventsMax)"])
        let next = try await scene.fixture.value(
            "SELECT payload ->> 'after' FROM app.command WHERE kind = 'usage.reattribute' ORDER BY id DESC LIMIT 1")
        let after = try #require(next.flatMap(UsageEvent.ID.init))
        #expect(try await scene.run(ReattributeUsage(after: after), by: ReattributeUsageHandler()) == .recorded)
        #expect(try await scene.batches() == ["pending \(count)"])
    }
}
