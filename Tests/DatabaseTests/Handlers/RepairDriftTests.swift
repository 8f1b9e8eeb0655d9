import Billing
import Daemon
import Foundation
import Jobs
@testable import SubscriptionsWorker
import TestSupport
import Testing

/// Repairs that the whole product cannot show: what vanished without a trace, what does not take, prices never seen.
@Suite(.freshDatabase) struct RepairDriftTests {
    /// An open item about a row; gives its id.
    private func item(
        _ fixture: HandlerFixture, _ kind: String, _ object: String, _ row: UUID, _ stripe: String, field: String
    ) async throws -> DriftItem.ID {
        let id = DriftItem.ID.new(at: WallClock.system.now())
        let walk = Reconciliation.ID.new(at: WallClock.system.now())
        try await fixture.sql(
            """
            INSERT INTO app.reconciliation (tenant_id, id, cause, status, finished_at)
            VALUES (\(fixture.tenant.id), '\(walk.rawValue)', 'wish', 'done', now());
            INSERT INTO app.drift_item (tenant_id, id, reconciliation_id, kind, object_kind, row_id, stripe_id, field, status)
            VALUES (\(fixture.tenant.id), '\(id.rawValue)', '\(walk.rawValue)', '\(kind)', '\(object)', '\(row)', '\(stripe)',
                    '\(field)', 'open')
            """)
        return id
    }

    private func repair(
        _ fixture: HandlerFixture, _ item: DriftItem.ID, _ direction: DriftItem.Direction
    ) async throws -> JobOutcome {
        try await fixture.run(
            RepairDrift(item: item, direction: direction, client: nil, product: nil), by: RepairDriftHandler())
    }

    private func status(_ fixture: HandlerFixture) async throws -> String? {
        try await fixture.value("SELECT status FROM app.drift_item")
    }

    @Test func `a subscription that Stripe knows nothing of ends here, and its client has to pay anew`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let item = try await item(
            fixture, "missing_at_stripe", "subscription", subscription.rawValue, "sub_1", field: "object")
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 404, StripeObject.error("invalid_request_error", "resource_missing"))
        #expect(try await repair(fixture, item, .fromStripe) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await status(fixture) == "repaired")
        let row = try await fixture.sql("SELECT status, cancellation_reason FROM app.subscription")
        #expect(row == [["canceled", "missing_at_stripe"]])
        #expect(try await fixture.value("SELECT type FROM app.portal_event LIMIT 1") == "subscription.canceled")
    }

    @Test func `a repair that changes nothing says so, and the difference stays open`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let item = try await item(fixture, "differs", "customer", client.rawValue, "cus_1", field: "phone")
        // Stripe takes no telephone number away.
        let customer = #"{"id":"cus_1","name":"Client","email":"a@c.example","phone":"+49 1"}"#
        fixture.stripe.expect("POST /v1/customers/cus_1", 200, customer)
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, customer)
        #expect(try await repair(fixture, item, .toStripe) == .recorded)
        #expect(try await fixture.ending() == "failed repair_without_effect")
        #expect(try await status(fixture) == "open")
        #expect(fixture.stripe.writes.first?.idempotencyKey?.isEmpty == false)
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, customer)
        #expect(try await repair(fixture, item, .fromStripe) == .recorded)
        #expect(try await fixture.value("SELECT phone FROM app.client") == "+49 1")
        #expect(try await status(fixture) == "repaired")
    }

    @Test func `a price that was never seen comes in before the subscription that has it`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let item = try await item(
            fixture, "differs", "subscription", subscription.rawValue, "sub_1", field: "items")
        let found = StripeObject.subscription("sub_1", "active")
        fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, found)
        fixture.stripe.expect(
            "GET /v1/prices/price_1", 200,
            #"{"id":"price_1","product":{"id":"prod_1","name":"There","active":true},"active":true,"currency":"eur","#
                + #""unit_amount":500,"unit_amount_decimal":"500","billing_scheme":"per_unit","tax_behavior":"exclusive","#
                + #""recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"}}"#)
        fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, found)
        #expect(try await repair(fixture, item, .fromStripe) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await status(fixture) == "repaired")
        #expect(try await fixture.value("SELECT count(*) FROM app.subscription_item") == "1")
        #expect(fixture.stripe.isSatisfied)
    }

    @Test func `what makes no sense is refused in one sentence, without a call`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let item = try await item(
            fixture, "differs", "subscription", subscription.rawValue, "sub_1", field: "status")
        #expect(try await repair(fixture, item, .toStripe) == .recorded)
        #expect(try await fixture.ending() == "failed repair_not_possible")
        #expect(fixture.stripe.calls.isEmpty)
    }
}
