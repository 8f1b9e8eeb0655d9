import Billing
import Foundation
@testable import Jobs
@testable import MeteringWorker
import TestSupport
import Testing
import Worker

/// Usage that comes when its period is billed, or its subscription over.
@Suite(.freshDatabase) struct LateUsageTests {
    private struct Scene {
        let fixture: HandlerFixture
        let client: UUID
        let agent: UUID
        let subscription: UUID
    }

    /// An agent of a subscription to a metered price, whose period began an hour ago.
    private func scene(policy: String = "next_period") async throws -> Scene {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (product, _) = try await fixture.addProduct(prices: [])
        let (agent, meter, price) = (UUID(), UUID(), UUID())
        let tenant = fixture.tenant.id
        try await fixture.sql(
            """
            UPDATE app.tenant SET late_usage = '\(policy)' WHERE tenant_id = \(tenant);
            INSERT INTO app.agent (tenant_id, id, client_id, name, platform)
            VALUES (\(tenant), '\(agent)', '\(client.rawValue)', 'Bot', 'text');
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(tenant), '\(meter)', 'mtr_1', 'uses', 'Uses', 'messages', 'sum', 'active');
            INSERT INTO app.price (tenant_id, id, product_id, currency, unit_amount_decimal, billing_interval,
                                   stripe_price, model, usage_type, meter_id)
            VALUES (\(tenant), '\(price)', '\(product.rawValue)', 'usd', 5, 'month', 'price_m', 'per_unit', 'metered',
                    '\(meter)')
            """)
        let subscription = try await fixture.addSubscription(
            of: client, status: "active", stripe: "sub_1", price: Billing.Price.ID(rawValue: price)
        ).rawValue
        try await fixture.sql(
            """
            UPDATE app.subscription SET current_period_start = now() - interval '1 hour',
                   current_period_end = now() + interval '29 days' WHERE id = '\(subscription)';
            INSERT INTO app.subscription_agent (tenant_id, subscription_id, client_id, agent_id, added_at)
            VALUES (\(tenant), '\(subscription)', '\(client.rawValue)', '\(agent)', now() - interval '60 days')
            """)
        return Scene(fixture: fixture, client: client.rawValue, agent: agent, subscription: subscription)
    }

    private func bill(_ scene: Scene, _ status: String) async throws {
        try await scene.fixture.sql(
            """
            INSERT INTO app.invoice (tenant_id, id, client_id, subscription_id, collection, status, currency,
                                     billing_reason)
            VALUES (\(scene.fixture.tenant.id), '\(UUID())', '\(scene.client)', '\(scene.subscription)', 'auto_charge',
                    '\(status)', 'usd', 'subscription_cycle')
            """)
    }

    private func end(_ scene: Scene) async throws {
        try await scene.fixture.sql(
            """
            UPDATE app.subscription SET status = 'canceled', canceled_at = now() - interval '1 hour',
                   ended_at = now() - interval '1 hour' WHERE id = '\(scene.subscription)'
            """)
    }

    /// Two messages at a time, told only now.
    private func tell(_ scene: Scene, ago: String) async throws {
        let id = UUID()
        try await scene.fixture.sql(
            """
            INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, messages, kind, event_id)
            VALUES (\(scene.fixture.tenant.id), '\(id)', '\(scene.agent)', now() - interval '\(ago)', 2, 'message',
                    '\(id)');
            INSERT INTO app.usage_intake (tenant_id, first_id, last_id, events)
            VALUES (\(scene.fixture.tenant.id), '\(id)', '\(id)', 1);
            UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour' WHERE state = 0
            """)
        #expect(try await scene.fixture.run(AttributeUsage(), by: AttributeUsageHandler()) == .recorded)
    }

    private func entries(_ scene: Scene) async throws -> [String] {
        try await words(
            scene, "SELECT status, reason, value FROM app.usage_entry ORDER BY occurred_at, event_uid")
    }

    private func words(_ scene: Scene, _ query: String) async throws -> [String] {
        try await scene.fixture.sql(query).map { $0.compactMap(\.self).joined(separator: " ") }
    }

    @Test(arguments: [
        ("next_period", "subscription_ended"), ("one_off_invoice", "one_off_invoice"), ("write_off", "write_off"),
    ])
    func `usage from before a subscription's end that comes after it stays late, and is never sent`(
        policy: String, reason: String
    ) async throws {
        let scene = try await scene(policy: policy)
        try await end(scene)
        try await tell(scene, ago: "2 hours")
        #expect(try await entries(scene) == ["late \(reason) 2"])
        // There is no next period, and attributing anew does not find one.
        #expect(try await scene.fixture.run(ReattributeUsage(), by: ReattributeUsageHandler()) == .recorded)
        #expect(try await scene.fixture.run(AttributeUsage(), by: AttributeUsageHandler()) == .recorded)
        #expect(try await entries(scene) == ["late \(reason) 2"])
        #expect(try await words(scene, "SELECT status FROM app.usage_batch") == [])
        let told = try await words(
            scene, "SELECT data ->> 'reason', data ->> 'events' FROM app.portal_event WHERE type = 'usage.late'")
        #expect(told == ["\(reason) 1"])
    }

    @Test func `usage of the time after a subscription's end is nobody's`() async throws {
        let scene = try await scene()
        try await end(scene)
        try await tell(scene, ago: "1 minute")
        #expect(try await entries(scene) == ["not_metered subscription_ended 2"])
        #expect(try await words(scene, "SELECT status FROM app.usage_batch") == [])
    }

    @Test(arguments: [("next_period", ["pending 2 t"]), ("one_off_invoice", []), ("write_off", [])])
    func `usage of a billed period goes where the agency decided`(policy: String, batches: [String]) async throws {
        let scene = try await scene(policy: policy)
        try await bill(scene, "paid")
        try await tell(scene, ago: "2 hours")
        #expect(try await entries(scene) == ["late \(policy) 2"])
        // The next period's first moment is what Stripe is told.
        let sent = try await words(
            scene, "SELECT b.status, b.value, b.at = s.current_period_start FROM app.usage_batch b, app.subscription s")
        #expect(sent == batches)
    }

    @Test func `usage of a period whose invoice is still a draft is billed with it`() async throws {
        let scene = try await scene()
        try await bill(scene, "draft")
        try await tell(scene, ago: "2 hours")
        #expect(try await entries(scene) == ["metered 2"])
        let sent = try await words(
            scene, "SELECT b.status, b.value, b.at < s.current_period_start FROM app.usage_batch b, app.subscription s")
        #expect(sent == ["pending 2 t"])
    }

    @Test func `a period that is over by minutes has a draft, whether it was seen or not`() async throws {
        let scene = try await scene(policy: "write_off")
        try await bill(scene, "paid")
        try await scene.fixture.sql(
            "UPDATE app.subscription SET current_period_start = now() - interval '10 minutes'")
        try await tell(scene, ago: "20 minutes")
        #expect(try await entries(scene) == ["metered 2"])
        try await bill(scene, "paid")
        try await scene.fixture.sql(
            "UPDATE app.invoice i SET period_end = s.current_period_start FROM app.subscription s")
        try await tell(scene, ago: "30 minutes")
        #expect(try await entries(scene) == ["late write_off 2", "metered 2"])
    }

    @Test func `what the last bill of a subscription holds is not taken back`() async throws {
        let scene = try await scene()
        try await tell(scene, ago: "50 minutes")
        try await scene.fixture.sql(
            """
            UPDATE app.usage_batch SET status = 'confirmed', identifier = 'x', first_attempt_at = now();
            UPDATE app.subscription SET status = 'canceled', ended_at = now() - interval '1 minute'
            """)
        let event = try #require(
            try await scene.fixture.value("SELECT id FROM app.usage_event").flatMap(UUID.init(uuidString:)))
        let void = VoidUsage(event: .init(rawValue: event))
        // While its invoice is a draft, less than nothing still counts; after it, nothing does.
        try await bill(scene, "paid")
        try await scene.fixture.sql("UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour'")
        #expect(try await scene.fixture.run(void, by: VoidUsageHandler()) == .recorded)
        #expect(try await scene.fixture.ending() == "failed usage_billed")
        #expect(try await entries(scene) == ["metered 2"])
        try await scene.fixture.sql("UPDATE app.invoice SET status = 'draft'")
        #expect(try await scene.fixture.run(void, by: VoidUsageHandler()) == .recorded)
        #expect(try await words(scene, "SELECT value FROM app.usage_batch ORDER BY value") == ["-2", "2"])
    }

    @Test func `a subscription that is over is no reason while another one counts`() async throws {
        let scene = try await scene()
        let old = UUID()
        let tenant = scene.fixture.tenant.id
        try await scene.fixture.sql(
            """
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(tenant), '\(old)', 'mtr_2', 'older', 'Older', 'messages', 'sum', 'active');
            INSERT INTO app.price (tenant_id, id, product_id, currency, unit_amount_decimal, billing_interval,
                                   stripe_price, model, usage_type, meter_id)
            SELECT \(tenant), '\(old)', product_id, 'usd', 7, 'month', 'price_o', 'per_unit', 'metered', '\(old)'
              FROM app.price WHERE stripe_price = 'price_m'
            """)
        let subscription = try await scene.fixture.addSubscription(
            of: .init(rawValue: scene.client), status: "canceled", stripe: "sub_0", price: .init(rawValue: old))
        try await scene.fixture.sql(
            """
            UPDATE app.subscription SET ended_at = now() - interval '30 days' WHERE stripe_subscription = 'sub_0';
            INSERT INTO app.subscription_agent (tenant_id, subscription_id, client_id, agent_id, added_at)
            VALUES (\(tenant), '\(subscription.rawValue)', '\(scene.client)', '\(scene.agent)', now() - interval '90 days')
            """)
        try await tell(scene, ago: "1 minute")
        #expect(try await entries(scene) == ["metered 2"])
        #expect(try await words(scene, "SELECT type FROM app.portal_event") == [])
    }
}
