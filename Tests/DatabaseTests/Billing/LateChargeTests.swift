import Billing
import Foundation
@testable import InvoicesWorker
@testable import Jobs
@testable import MeteringWorker
import TestSupport
import Testing
import Worker

/// Late usage on an invoice of its own: what it costs, and that it is billed once.
@Suite(.freshDatabase) struct LateChargeTests {
    @Test(arguments: [
        (#"{"model": "per_unit", "unit_amount_decimal": 0.666666666667}"#, 90, "60.00000000003"),
        (#"{"model": "package", "unit_amount_decimal": 3, "package_size": 10, "package_round": "up"}"#, 21, "9"),
        (#"{"model": "package", "unit_amount_decimal": 3, "package_size": 10, "package_round": "down"}"#, 29, "6"),
        (Self.tiered("tiered_volume"), 5, "50"), (Self.tiered("tiered_volume"), 6, "48"),
        (Self.tiered("tiered_graduated"), 6, "58"), (Self.tiered("tiered_graduated"), 11, "112"),
        (Self.tiered("tiered_graduated"), 0, "0"),
    ])
    func `what so much of a price costs is exact`(price: String, quantity: Int, cost: String) async throws {
        let found = try await TestDatabase.current.value(
            "SELECT trim_scale(app.cost_of(jsonb_populate_record(NULL::app.price, '\(price)'), \(quantity)))")
        #expect(found == cost)
    }

    /// Five at 10, five at 8, the rest at 4 and 10 once.
    private static func tiered(_ model: String) -> String {
        #"{"model": "\#(model)", "tiers": [{"up_to": 5, "unit_amount_decimal": "10"}, "#
            + #"{"up_to": 10, "unit_amount_decimal": "8"}, {"unit_amount_decimal": "4", "flat_amount_decimal": "18"}]}"#
    }

    /// A client of a subscription with late usage of a billed period of six units, at ten for a package of five.
    private func scene(card: String? = "pm_1", email: String? = "a@c.example") async throws -> HandlerFixture {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: card, email: email)
        let (product, _) = try await fixture.addProduct(prices: [])
        let (meter, price) = (UUID(), UUID())
        let tenant = fixture.tenant.id
        try await fixture.sql(
            """
            INSERT INTO app.meter (tenant_id, id, stripe_meter, event_name, display_name, metric, formula, status)
            VALUES (\(tenant), '\(meter)', 'mtr_1', 'uses', 'Uses', 'messages', 'sum', 'active');
            INSERT INTO app.price (tenant_id, id, product_id, currency, unit_amount_decimal, billing_interval, stripe_price,
                                   model, usage_type, meter_id, package_size, package_round)
            VALUES (\(tenant), '\(price)', '\(product.rawValue)', 'usd', 1000, 'month', 'price_m', 'package', 'metered',
                    '\(meter)', 5, 'up')
            """)
        let subscription = try await fixture.addSubscription(
            of: client, status: "active", stripe: "sub_1", price: .init(rawValue: price))
        try await fixture.sql(
            """
            INSERT INTO app.invoice (tenant_id, id, client_id, subscription_id, collection, status, currency, lines)
            VALUES (\(tenant), gen_random_uuid(), '\(client.rawValue)', '\(subscription.rawValue)', 'auto_charge', 'paid', 'usd',
                    '[{"price_stripe_id": "price_m", "period_start": 1000000, "period_end": 2000000, "quantity": 6}]');
            INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, reason, meter_id, client_id, stripe_customer, value, occurred_at)
            SELECT \(tenant), gen_random_uuid(), 0, 'late', 'one_off_invoice', '\(meter)', '\(client.rawValue)', 'cus_1', 2,
                   to_timestamp(1500000) FROM generate_series(1, 3)
            """)
        return fixture
    }

    private func charge(_ fixture: HandlerFixture) async throws {
        // Whatever waits goes on waiting: a claim takes what is ready.
        try await fixture.sql("UPDATE jobq.job SET state = 2, run_at = now() + interval '1 hour' WHERE state = 0")
        #expect(try await fixture.run(ChargeLateUsage(), by: ChargeLateUsageHandler()) == .recorded)
    }

    private func words(_ fixture: HandlerFixture, _ query: String) async throws -> [String] {
        try await fixture.sql(query).map { $0.compactMap(\.self).joined(separator: " ") }
    }

    @Test func `late units cost what their period would have cost with them, less what it cost without, once`()
        async throws
    {
        let fixture = try await scene()
        try await charge(fixture)
        // Six were two packages; twelve are three.
        let charges = "SELECT billed_before, quantity, amount FROM app.late_charge ORDER BY created_at"
        #expect(try await words(fixture, charges) == ["6 6 1000"])
        let invoices = "SELECT status, collection, amount_due, currency FROM app.invoice WHERE status <> 'paid'"
        #expect(try await words(fixture, invoices) == ["preparing auto_charge 1000 usd"])
        try await charge(fixture)
        #expect(try await words(fixture, charges) == ["6 6 1000"])
        // Three more fit in the third package: charged with nothing, and on no invoice.
        try await fixture.sql(
            """
            INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, reason, meter_id, client_id, stripe_customer, value, occurred_at)
            SELECT tenant_id, gen_random_uuid(), 0, status, reason, meter_id, client_id, stripe_customer, 3, occurred_at
              FROM app.usage_entry LIMIT 1
            """)
        try await charge(fixture)
        #expect(try await words(fixture, charges) == ["6 6 1000", "12 3 0"])
        #expect(try await words(fixture, invoices).count == 1)
    }

    @Test func `who has no card is asked, and who can neither be charged nor asked is left alone`() async throws {
        let asked = try await scene(card: nil)
        try await charge(asked)
        let invoices = "SELECT collection, days_until_due FROM app.invoice WHERE status = 'preparing'"
        #expect(try await words(asked, invoices) == ["request_payment 30"])
        try await asked.sql(
            """
            UPDATE app.client SET admin_email = NULL;
            INSERT INTO app.usage_entry (tenant_id, event_uid, n, status, reason, meter_id, client_id, stripe_customer, value, occurred_at)
            SELECT tenant_id, gen_random_uuid(), 0, status, reason, meter_id, client_id, stripe_customer, 50, occurred_at
              FROM app.usage_entry LIMIT 1
            """)
        try await charge(asked)
        #expect(try await words(asked, invoices) == ["request_payment 30"])
        #expect(try await words(asked, "SELECT value FROM app.usage_entry WHERE charge_id IS NULL") == ["50"])
    }

    @Test func `an invoice that cannot be made gives its usage back`() async throws {
        let fixture = try await scene()
        try await charge(fixture)
        try await fixture.sql("UPDATE app.client SET payment_method = NULL")
        let claim = try await fixture.claim(IssueInvoice.self)
        #expect(try await fixture.perform(claim, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed payment_method_missing")
        #expect(try await words(fixture, "SELECT count(*) FROM app.usage_entry WHERE charge_id IS NULL") == ["3"])
        #expect(try await words(fixture, "SELECT count(*) FROM app.late_charge") == ["0"])
    }

    @Test func `an invoice whose command was canceled gives its usage back, to be billed with the next`() async throws {
        let fixture = try await scene()
        try await charge(fixture)
        // As the API leaves it: the command canceled, its invoice failed, and another command to let the usage go.
        try await fixture.sql("UPDATE app.invoice SET status = 'failed' WHERE status = 'preparing'")
        let claim = try await fixture.claim(IssueInvoice.self)
        #expect(try await fixture.perform(claim, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await words(fixture, "SELECT count(*) FROM app.usage_entry WHERE charge_id IS NULL") == ["3"])
        #expect(try await words(fixture, "SELECT count(*) FROM app.late_charge") == ["0"])
        #expect(fixture.stripe.calls.isEmpty)
        try await charge(fixture)
        let invoices = "SELECT amount_due FROM app.invoice WHERE status = 'preparing'"
        #expect(try await words(fixture, invoices) == ["1000"])
    }
}
