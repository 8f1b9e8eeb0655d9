import Billing
import Daemon
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import Synchronization
import TestSupport
import Testing
import Worker

/// What Stripe refuses of a product's prices.
@Suite(.freshDatabase) struct CatalogueHandlerTests {
    /// A product at Stripe with a base fee and its usage part, made by one wish, neither of them at Stripe.
    private func allowance(_ fixture: HandlerFixture) async throws -> Billing.Product.ID {
        let (product, prices) = try await fixture.addProduct(prices: [nil, nil])
        let meter = Billing.Meter.ID.new(at: WallClock.system.now())
        try await fixture.sql(
            """
            INSERT INTO app.meter (tenant_id, id, event_name, display_name, metric, status, stripe_meter)
            VALUES (\(fixture.tenant.id), '\(meter.rawValue)', 'calls', 'Calls', 'interactions', 'active', 'mtr_1');
            UPDATE app.price SET created_at = '2026-01-01', updated_at = '2026-01-01';
            UPDATE app.price SET model = 'tiered_graduated', usage_type = 'metered', meter_id = '\(meter.rawValue)',
                   unit_amount = NULL, tiers = '[{"up_to":100,"unit_amount_decimal":"0"},{"unit_amount_decimal":"10"}]'
             WHERE id = '\(prices[1].rawValue)';
            """)
        return product
    }

    @Test func `a base fee whose usage part Stripe refuses is not sold alone, here nor there`() async throws {
        let fixture = try await HandlerFixture()
        let product = try await allowance(fixture)
        fixture.stripe.expect(
            "POST /v1/prices", 200, #"{"id":"price_8","product":"prod_1","active":true,"currency":"eur"}"#)
        fixture.stripe.expect(
            "POST /v1/prices", 400, StripeObject.error("invalid_request_error", nil, "This meter is not for you."))
        #expect(try await fixture.run(PublishProduct(product: product), by: PublishProductHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed stripe_refused")
        let rows = try await fixture.sql(
            "SELECT stripe_price, active, revision, problem IS NOT NULL FROM app.price ORDER BY id")
        #expect(rows == [["price_8", "f", "1", "t"], [nil, "f", "0", "t"]])

        // Stripe is told by a command of its own.
        #expect(try await fixture.waiting() == ["product.publish"])
        fixture.stripe.expect(
            "POST /v1/prices/price_8", 200,
            #"{"id":"price_8","product":"prod_1","active":false,"currency":"eur","metadata":{"tg_revision":"1"}}"#)
        let told = try await fixture.claim(PublishProduct.self)
        #expect(try await fixture.perform(told, by: PublishProductHandler()) == .recorded)
        #expect(fixture.stripe.calls.last?.field("active") == "false")
        #expect(fixture.stripe.isSatisfied)
    }

    @Test func `forty prices that waited for a worker are made by one command, each of them once`() async throws {
        let fixture = try await HandlerFixture()
        let (product, _) = try await fixture.addProduct(prices: Array(repeating: nil, count: 40))
        let made = Mutex(0)
        fixture.stripe.answer { call in
            let number = made.withLock { made in
                made += 1
                return made
            }
            return .answer(
                200, #"{"id":"price_\#(number)","product":"prod_1","active":true,"currency":"eur"}"#)
        }
        try await fixture.queue.enqueue(PublishProduct(product: product), of: fixture.tenant)
        var claim = try await fixture.claim(PublishProduct.self)
        var outcome = try await fixture.perform(claim, by: PublishProductHandler())
        while case .snooze = outcome, fixture.stripe.writes.count <= 40 {
            claim = try await fixture.again(PublishProduct.self, after: outcome, claim)
            outcome = try await fixture.perform(claim, by: PublishProductHandler())
        }
        #expect(outcome == .recorded)
        #expect(fixture.stripe.writes.count == 40)
        #expect(Set(fixture.stripe.writes.map(\.idempotencyKey)).count == 40)
        #expect(try await fixture.value("SELECT count(DISTINCT stripe_price) FROM app.price") == "40")
    }

    @Test func `a change that Stripe refuses is no wish any more, and a newer one stays one`() async throws {
        let fixture = try await HandlerFixture()
        let (product, _) = try await fixture.addProduct()
        try await fixture.sql("UPDATE app.price SET active = false, revision = 3, published_revision = 2")
        let shown =
            #"{"id":"price_1","active":true,"currency":"eur","unit_amount":2500,"metadata":{"tg_revision":"2"},"#
            + #""recurring":{"interval":"month","interval_count":1,"usage_type":"licensed"},"#
            + #""product":{"id":"prod_1","name":"Product","active":true}}"#
        fixture.stripe.expect("POST /v1/prices/price_1", 400, StripeObject.error("invalid_request_error"))
        fixture.stripe.expect("GET /v1/prices/price_1", 200, shown)
        #expect(try await fixture.run(PublishProduct(product: product), by: PublishProductHandler()) == .recorded)
        let taken = try await fixture.sql("SELECT active, revision, published_revision FROM app.price")
        #expect(taken == [["t", "2", "2"]])

        // Between the refusal and the look somebody wished for more.
        try await fixture.sql("UPDATE app.price SET active = false, revision = 3")
        fixture.stripe.expect("POST /v1/prices/price_1", 400, StripeObject.error("invalid_request_error"))
        fixture.stripe.expect(
            "GET /v1/prices/price_1",
            .run { [fixture] _ in
                try await fixture.sql("UPDATE app.price SET revision = 4")
                return .answer(200, shown)
            })
        try await fixture.run(PublishProduct(product: product), by: PublishProductHandler())
        let kept = try await fixture.sql("SELECT active, revision, published_revision FROM app.price")
        #expect(kept == [["f", "4", "2"]])
        #expect(fixture.stripe.isSatisfied)
    }
}
