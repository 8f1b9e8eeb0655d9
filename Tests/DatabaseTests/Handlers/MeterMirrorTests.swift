import Billing
import Daemon
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// Meters between a wish that failed and what stands at Stripe.
@Suite(.freshDatabase) struct MeterMirrorTests {
    private func add(_ fixture: HandlerFixture, _ status: String, formula: String = "sum") async throws -> String {
        let id = Billing.Meter.ID.new(at: WallClock.system.now())
        try await fixture.sql(
            """
            INSERT INTO app.meter (tenant_id, id, event_name, display_name, metric, formula, status)
            VALUES (\(fixture.tenant.id), '\(id.rawValue)', 'calls', 'Calls', 'interactions', '\(formula)', '\(status)')
            """)
        return id.rawValue.uuidString.lowercased()
    }

    private func expectCatalogue(_ stripe: ScriptedStripe, formula: String) {
        let meter =
            #"{"id":"mtr_1","event_name":"calls","display_name":"Calls","status":"active","#
            + #""default_aggregation":{"formula":"\#(formula)"},"#
            + #""customer_mapping":{"event_payload_key":"who"},"value_settings":{"event_payload_key":"n"}}"#
        stripe.expect("GET /v1/billing/meters", 200, StripeObject.list(meter))
        for path in ["products", "prices", "prices"] { stripe.expect("GET /v1/\(path)", 200, StripeObject.list()) }
    }

    @Test func `of two wishes that failed under one name the newest is the meter that stands at Stripe`() async throws {
        let fixture = try await HandlerFixture()
        let first = try await add(fixture, "failed")
        let second = try await add(fixture, "failed")
        expectCatalogue(fixture.stripe, formula: "sum")
        #expect(try await fixture.run(ImportCatalogue(), by: ImportCatalogueHandler()) == .recorded)
        let rows = try await fixture.sql("SELECT id::text, status, stripe_meter FROM app.meter ORDER BY id")
        #expect(rows == [[first, "failed", nil], [second, "active", "mtr_1"]])
    }

    @Test func `how a meter adds up is Stripe's word, not that of a wish`() async throws {
        let fixture = try await HandlerFixture()
        _ = try await add(fixture, "publishing", formula: "sum")
        expectCatalogue(fixture.stripe, formula: "count")
        try await fixture.run(ImportCatalogue(), by: ImportCatalogueHandler())
        let row = try await fixture.sql("SELECT status, formula, customer_key, value_key FROM app.meter")
        #expect(row == [["active", "count", "who", "n"]])
    }
}
