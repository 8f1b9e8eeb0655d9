@testable import AccessWorker
import Billing
import Daemon
@testable import Jobs
import Stripe
import TestSupport
import Testing
import Worker

/// What Stripe's states mean for a client's access, by the tenant's policy (DOMAIN 4.3), through the real handlers.
@Suite(.freshDatabase) struct AccessHandlerTests {
    private let handler = ApplyEventHandler()

    private func running(_ policy: String = "canceled_for_nonpayment", grace: Int? = nil) async throws
        -> (HandlerFixture, Client.ID)
    {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let days = grace.map(String.init) ?? "NULL"
        try await fixture.sql("UPDATE app.tenant SET block_on = '\(policy)', grace_days = \(days)")
        return (fixture, client)
    }

    /// Stripe shows the subscription so, and tells of it.
    private func tell(
        _ fixture: HandlerFixture, _ number: Int, _ status: String, reason: String? = nil, invoice: String = "open"
    ) async throws {
        let work = try await fixture.addEvent("evt_\(number)", "customer.subscription.updated", "subscription", "sub_1")
        let newest = StripeObject.invoice("in_1", invoice, subscription: "sub_1", attempts: invoice == "open" ? 1 : 2)
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200,
            StripeObject.subscription("sub_1", status, reason: reason, invoice: newest))
        #expect(try await fixture.run(work, by: handler) == .recorded)
    }

    private func access(_ fixture: HandlerFixture) async throws -> String? {
        try await fixture.value("SELECT access_state FROM app.client")
    }

    @Test func `G5: past_due lets in, paid closes the hold, canceled for nonpayment blocks`() async throws {
        let (fixture, _) = try await running()
        try await tell(fixture, 1, "past_due")
        #expect(try await access(fixture) == "past_due")
        try await tell(fixture, 2, "active", invoice: "paid")
        #expect(try await access(fixture) == "active")
        try await tell(fixture, 3, "canceled", reason: "payment_failed", invoice: "paid")
        #expect(try await access(fixture) == "blocked")
        let history = try await fixture.sql("SELECT to_state, cause_id FROM app.access_transition ORDER BY at, id")
        #expect(history == [["past_due", "evt_1"], ["active", "evt_2"], ["blocked", "evt_3"]])
    }

    @Test(arguments: [
        ("past_due_immediately", "past_due", nil as String?, "blocked"), ("unpaid", "past_due", nil, "past_due"),
        ("unpaid", "unpaid", nil, "blocked"), ("past_due_immediately", "paused", nil, "blocked"),
        ("unpaid", "paused", nil, "blocked"), ("canceled_for_nonpayment", "paused", nil, "past_due"),
        ("canceled_for_nonpayment", "unpaid", nil, "past_due"),
        ("canceled_for_nonpayment", "canceled", "cancellation_requested", "active"),
        ("canceled_for_nonpayment", "canceled", "payment_failed", "blocked"),
    ])
    func `the tenant's policy decides when a failed payment refuses the client`(
        policy: String, status: String, reason: String?, state: String
    ) async throws {
        let (fixture, _) = try await running(policy)
        try await tell(fixture, 1, status, reason: reason)
        #expect(try await access(fixture) == state)
    }

    @Test(arguments: [false, true])
    func `when the grace is over, what is still owed blocks; what was paid does not`(isPaid: Bool) async throws {
        let (fixture, _) = try await running("grace_elapsed", grace: 3)
        try await tell(fixture, 1, "past_due")
        #expect(try await fixture.waiting() == ["access.deadline"])
        if isPaid { try await tell(fixture, 2, "active", invoice: "paid") }
        try await fixture.sql("UPDATE app.invoice SET first_failed_at = first_failed_at - interval '3 days'")
        try await fixture.queue.makeDue()
        let claim = try await fixture.claim(EnforceDeadline.self)
        #expect(try await fixture.perform(claim, by: EnforceDeadlineHandler()) == .recorded)
        #expect(try await access(fixture) == (isPaid ? "active" : "blocked"))
        let causes = try await fixture.sql("SELECT cause_kind FROM app.access_transition ORDER BY at, id").map { $0[0] }
        #expect(causes == (isPaid ? ["event", "event"] : ["event", "deadline"]))
    }

    @Test func `G8: a new subscription lets a blocked client in; the old one stays canceled`() async throws {
        let (fixture, client) = try await running()
        try await tell(fixture, 1, "canceled", reason: "payment_failed")
        #expect(try await access(fixture) == "blocked")
        _ = try await fixture.addSubscription(of: client, status: "starting", stripe: "sub_2")
        let work = try await fixture.addEvent("evt_9", "customer.subscription.created", "subscription", "sub_2")
        fixture.stripe.expect("GET /v1/subscriptions/sub_2", 200, StripeObject.subscription("sub_2", "active"))
        try await fixture.run(work, by: handler)
        #expect(try await access(fixture) == "active")
        #expect(
            try await fixture.value("SELECT status FROM app.subscription WHERE stripe_subscription = 'sub_1'")
                == "canceled")
    }

    @Test func `no payment closes a manual hold`() async throws {
        let (fixture, client) = try await running()
        try await fixture.sql(
            """
            INSERT INTO app.access_hold (tenant_id, id, client_id, reason, effect, cause_kind, cause_id)
            VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 'manual', 'blocked', 'api_key', 'key_x')
            """)
        try await tell(fixture, 1, "active", invoice: "paid")
        #expect(try await access(fixture) == "blocked")
    }
}
