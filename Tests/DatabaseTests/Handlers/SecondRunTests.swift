@testable import AccessWorker
import Billing
import Daemon
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// A change is made, and the look that follows it is not answered: the command is run again, and must not change
/// anything a second time.
@Suite(.freshDatabase) struct SecondRunTests {
    typealias Shop = SubscriptionCommandTests.Shop

    private static let unsent = ScriptedStripe.Reply.failure(.notSent(reason: "no network"))
    private static let item = [(id: "si_1", price: "price_1", quantity: 1)]

    /// Performs a job whose last look fails, and once more.
    private func interrupting<H: StripeHandler>(
        _ shop: Shop, _ work: H.Work, by handler: H, showing changed: String
    ) async throws {
        let stripe = shop.fixture.stripe
        stripe.expect("POST /v1/subscriptions/sub_1", 200, changed)
        stripe.expect("GET /v1/subscriptions/sub_1", Self.unsent)
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        var claim = try await shop.fixture.claim(H.Work.self)
        let outcome = try await shop.fixture.perform(claim, by: handler)
        claim = try await shop.fixture.again(H.Work.self, after: outcome, claim)
        stripe.expect("GET /v1/subscriptions/sub_1", 200, changed)
        #expect(try await shop.fixture.perform(claim, by: handler) == .recorded)
        #expect(try await shop.fixture.ending() == "done")
        #expect(stripe.writes.count == 1 && stripe.isSatisfied)
    }

    @Test func `a period that begins anew does so once`() async throws {
        let shop = try await Shop()
        try await interrupting(
            shop, shop.change([SubscriptionItemWish(price: shop.prices[0], quantity: 3)], .reset),
            by: ChangeSubscriptionHandler(), showing: StripeObject.running(items: [("si_1", "price_1", 3)]))
        #expect(try await shop.fixture.value("SELECT quantity FROM app.subscription_item") == "3")
    }

    @Test func `a coupon that can be given once is given once, and not refused the second time`() async throws {
        let shop = try await Shop()
        let coupon = Billing.Coupon.ID.new(at: WallClock.system.now())
        try await shop.fixture.sql(
            """
            INSERT INTO app.coupon (tenant_id, id, name, percent_off, duration, max_redemptions, status, stripe_coupon)
            VALUES (\(shop.fixture.tenant.id), '\(coupon.rawValue)', 'Spring', 20, 'once', 1, 'active', 'SPRING')
            """)
        let discount = #"{"id":"di_1","source":{"type":"coupon","coupon":{"id":"SPRING"}}}"#
        try await interrupting(
            shop, SetSubscriptionCoupon(subscription: shop.subscription, client: shop.client, coupon: coupon),
            by: SetSubscriptionCouponHandler(),
            showing: StripeObject.running(items: Self.item, #","discounts":[\#(discount)]"#))
    }

    @Test func `a pause is told once: it may have been ended at Stripe meanwhile`() async throws {
        let shop = try await Shop()
        try await interrupting(
            shop, shop.steer(.pause, until: 2_000), by: SteerSubscriptionHandler(),
            showing: StripeObject.running(
                items: Self.item, #","pause_collection":{"behavior":"void","resumes_at":2000}"#))
    }

    @Test func `tax that was switched off is switched off once`() async throws {
        let shop = try await Shop()
        try await interrupting(
            shop,
            SetSubscriptionTax(
                subscription: shop.subscription, client: shop.client, isEnabled: false, hasLocation: false),
            by: SetSubscriptionTaxHandler(),
            showing: StripeObject.running(
                items: Self.item, #","automatic_tax":{"enabled":false,"disabled_reason":null}"#))
    }

    @Test func `a change that was planned is planned once, whatever phase has begun since`() async throws {
        let shop = try await Shop()
        let (stripe, steered) = (shop.fixture.stripe, #","schedule":"sub_sched_1""#)
        stripe.expect("POST /v1/subscription_schedules", 200, StripeObject.schedule(now: "price_1"))
        stripe.expect(
            "POST /v1/subscription_schedules/sub_sched_1", 200, StripeObject.schedule(now: "price_1", next: "price_2"))
        stripe.expect("GET /v1/subscriptions/sub_1", Self.unsent)
        let work = shop.change([SubscriptionItemWish(price: shop.prices[1])], .nextPeriod)
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        var claim = try await shop.fixture.claim(ChangeSubscription.self)
        let outcome = try await shop.fixture.perform(claim, by: ChangeSubscriptionHandler())
        claim = try await shop.fixture.again(ChangeSubscription.self, after: outcome, claim)
        stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.running(items: Self.item, steered))
        #expect(try await shop.fixture.perform(claim, by: ChangeSubscriptionHandler()) == .recorded)
        #expect(stripe.writes.count == 2 && stripe.isSatisfied)
        #expect(try await shop.fixture.value("SELECT pending_change IS NOT NULL FROM app.subscription") == "t")
    }

    @Test func `an end with the period is seen at once, although a look began before it`() async throws {
        let shop = try await Shop()
        let ending = StripeObject.running(items: Self.item, ending: true)
        shop.fixture.stripe.expect(
            "POST /v1/subscriptions/sub_1",
            .run { _ in
                // Somebody's look: asked for after us, answered before us.
                try await shop.fixture.sql("UPDATE app.subscription SET snapshot_seq = nextval('app.fetch_seq')")
                return .answer(200, ending)
            })
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, ending)
        let work = CancelSubscription(subscription: shop.subscription, client: shop.client, at: .periodEnd)
        #expect(try await shop.fixture.run(work, by: CancelSubscriptionHandler()) == .recorded)
        #expect(try await shop.fixture.value("SELECT cancel_at_period_end FROM app.subscription") == "t")
    }
}
