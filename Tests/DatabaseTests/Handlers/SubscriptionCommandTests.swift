@testable import AccessWorker
import Billing
import Daemon
import Foundation
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// What a command makes of a subscription that runs, whatever is lost on the way.
@Suite(.freshDatabase) struct SubscriptionCommandTests {
    /// A running subscription of one price, and a second price that could be sold.
    struct Shop {
        let fixture: HandlerFixture
        let client: Client.ID
        let subscription: Billing.Subscription.ID
        let prices: [Billing.Price.ID]

        init(status: String = "active") async throws {
            fixture = try await HandlerFixture()
            client = try await fixture.addClient()
            prices = try await fixture.addProduct(prices: ["price_1", "price_2"]).1
            subscription = try await fixture.addSubscription(
                of: client, status: status, stripe: "sub_1", price: prices[0])
            try await fixture.sql("UPDATE app.subscription_item SET stripe_item = 'si_1'")
        }

        func change(_ items: [SubscriptionItemWish], _ proration: Proration = .prorate) -> ChangeSubscription {
            ChangeSubscription(subscription: subscription, client: client, items: items, proration: proration)
        }

        func steer(_ turn: SteerSubscription.Turn, until: Int64? = nil) -> SteerSubscription {
            SteerSubscription(subscription: subscription, client: client, turn: turn, resumesAt: until)
        }
    }

    private static let lost = ScriptedStripe.Reply.failure(.unknown(reason: "lost", status: nil, requestID: nil))

    /// Performs a job whose answer is lost, and once more, so much later that Stripe forgot its key or not.
    private func losing<H: StripeHandler>(
        _ shop: Shop, _ work: H.Work, by handler: H, hours: Int = 0, _ script: (ScriptedStripe) -> Void
    ) async throws {
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        var claim = try await shop.fixture.claim(H.Work.self)
        let outcome = try await shop.fixture.perform(claim, by: handler)
        claim = try await shop.fixture.again(H.Work.self, after: outcome, claim)
        try await shop.fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '\(hours) hours'")
        script(shop.fixture.stripe)
        #expect(try await shop.fixture.perform(claim, by: handler) == .recorded)
        #expect(try await shop.fixture.ending() == "done")
        #expect(shop.fixture.stripe.isSatisfied)
    }

    @Test func `a quantity that was lost for a day is looked for by the quantity, and sent anew where it is not`()
        async throws
    {
        let shop = try await Shop()
        let work = shop.change([SubscriptionItemWish(price: shop.prices[0], quantity: 3)])
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        try await losing(shop, work, by: ChangeSubscriptionHandler(), hours: 24) { stripe in
            let before = StripeObject.running(items: [("si_1", "price_1", 1)])
            let after = StripeObject.running(items: [("si_1", "price_1", 3)])
            stripe.expect("GET /v1/subscriptions/sub_1", 200, before)
            stripe.expect("POST /v1/subscriptions/sub_1", 200, after)
            stripe.expect("GET /v1/subscriptions/sub_1", 200, after)
        }
        let keys = shop.fixture.stripe.writes.map(\.idempotencyKey)
        #expect(Set(keys).count == 2 && shop.fixture.stripe.writes[0].body == shop.fixture.stripe.writes[1].body)
        #expect(try await shop.fixture.value("SELECT quantity FROM app.subscription_item") == "3")
    }

    @Test func `a quantity that was lost for a day and is there is not sent again`() async throws {
        let shop = try await Shop()
        let work = shop.change([SubscriptionItemWish(price: shop.prices[0], quantity: 3)])
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        try await losing(shop, work, by: ChangeSubscriptionHandler(), hours: 24) { stripe in
            let after = StripeObject.running(items: [("si_1", "price_1", 3)])
            stripe.expect("GET /v1/subscriptions/sub_1", 200, after)
            stripe.expect("GET /v1/subscriptions/sub_1", 200, after)
        }
        #expect(shop.fixture.stripe.writes.count == 1)
    }

    @Test func `a change that its event has told of already goes out in the same bytes under the same key`()
        async throws
    {
        let shop = try await Shop()
        let work = shop.change([SubscriptionItemWish(price: shop.prices[1])], .invoice)
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        var claim = try await shop.fixture.claim(ChangeSubscription.self)
        let outcome = try await shop.fixture.perform(claim, by: ChangeSubscriptionHandler())
        try await shop.fixture.sql(
            """
            UPDATE app.subscription_item SET price_id = '\(shop.prices[1].rawValue)';
            UPDATE app.subscription SET snapshot_seq = nextval('app.fetch_seq')
            """)
        claim = try await shop.fixture.again(ChangeSubscription.self, after: outcome, claim)
        let after = StripeObject.running(items: [("si_1", "price_2", 1)])
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", 200, after)
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, after)
        #expect(try await shop.fixture.perform(claim, by: ChangeSubscriptionHandler()) == .recorded)
        #expect(shop.fixture.stripe.writes[0] == shop.fixture.stripe.writes[1])
        #expect(shop.fixture.stripe.writes[0].field("proration_behavior") == "always_invoice")
    }

    @Test func `a pause with another end that was lost for a day is not held for the one there was`() async throws {
        let shop = try await Shop()
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        try await losing(shop, shop.steer(.pause, until: 2_000), by: SteerSubscriptionHandler(), hours: 24) { stripe in
            let item = [(id: "si_1", price: "price_1", quantity: 1)]
            func paused(_ until: Int) -> String {
                StripeObject.running(
                    items: item, #","pause_collection":{"behavior":"void","resumes_at":\#(until)}"#)
            }
            stripe.expect("GET /v1/subscriptions/sub_1", 200, paused(1_000))
            stripe.expect("POST /v1/subscriptions/sub_1", 200, paused(2_000))
            stripe.expect("GET /v1/subscriptions/sub_1", 200, paused(2_000))
        }
    }

    @Test func `a coupon that was lost for a day and is there is not given twice`() async throws {
        let shop = try await Shop()
        let coupon = Billing.Coupon.ID.new(at: WallClock.system.now())
        try await shop.fixture.sql(
            """
            INSERT INTO app.coupon (tenant_id, id, name, percent_off, duration, status, stripe_coupon)
            VALUES (\(shop.fixture.tenant.id), '\(coupon.rawValue)', 'Spring', 20, 'once', 'active', 'SPRING')
            """)
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        let work = SetSubscriptionCoupon(subscription: shop.subscription, client: shop.client, coupon: coupon)
        try await losing(shop, work, by: SetSubscriptionCouponHandler(), hours: 24) { stripe in
            let discount = #"{"id":"di_1","source":{"type":"coupon","coupon":{"id":"SPRING"}}}"#
            let given = StripeObject.running(
                items: [("si_1", "price_1", 1)], #","discounts":[\#(discount)]"#)
            stripe.expect("GET /v1/subscriptions/sub_1", 200, given)
            stripe.expect("GET /v1/subscriptions/sub_1", 200, given)
        }
        #expect(
            try await shop.fixture.value("SELECT coupon_id FROM app.subscription")
                == coupon.rawValue.uuidString
                .lowercased())
        #expect(shop.fixture.stripe.writes.count == 1)
    }

    @Test func `tax that was switched off, lost, goes out again in the same bytes`() async throws {
        let shop = try await Shop()
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", Self.lost)
        let work = SetSubscriptionTax(
            subscription: shop.subscription, client: shop.client, isEnabled: false, hasLocation: false)
        try await losing(shop, work, by: SetSubscriptionTaxHandler()) { stripe in
            let off = StripeObject.running(
                items: [("si_1", "price_1", 1)], #","automatic_tax":{"enabled":false,"disabled_reason":null}"#)
            stripe.expect("POST /v1/subscriptions/sub_1", 200, off)
            stripe.expect("GET /v1/subscriptions/sub_1", 200, off)
        }
        #expect(shop.fixture.stripe.writes[0] == shop.fixture.stripe.writes[1])
    }

    @Test func `an end at once that was lost is not sent again after a day when it happened`() async throws {
        let shop = try await Shop()
        shop.fixture.stripe.expect("DELETE /v1/subscriptions/sub_1", Self.lost)
        let work = CancelSubscription(subscription: shop.subscription, client: shop.client, at: .now)
        try await losing(shop, work, by: CancelSubscriptionHandler(), hours: 24) { stripe in
            stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "canceled"))
        }
        #expect(try await shop.fixture.value("SELECT status FROM app.subscription") == "canceled")
    }

    @Test func `an end that our row shows already is told to Stripe all the same: it may have been taken back there`()
        async throws
    {
        let shop = try await Shop()
        try await shop.fixture.sql("UPDATE app.subscription SET cancel_at_period_end = true")
        shop.fixture.stripe.expect(
            "POST /v1/subscriptions/sub_1", 200,
            StripeObject.running(items: [("si_1", "price_1", 1)], ending: true))
        let work = CancelSubscription(subscription: shop.subscription, client: shop.client, at: .periodEnd)
        #expect(try await shop.fixture.run(work, by: CancelSubscriptionHandler()) == .recorded)
        #expect(shop.fixture.stripe.isSatisfied)
    }

    @Test func `what began meanwhile ends with its period when that was the wish, not at once`() async throws {
        let shop = try await Shop(status: "scheduled")
        try await shop.fixture.sql(
            """
            UPDATE app.subscription SET stripe_subscription = NULL, stripe_schedule = 'sub_sched_1',
              schedule_status = 'not_started'
            """)
        let metadata = #"{"tg_tenant":"\#(shop.fixture.tenant.id)","tg_id":"\#(shop.subscription.text)"}"#
        shop.fixture.stripe.expect(
            "GET /v1/subscription_schedules/sub_sched_1", 200,
            #"{"id":"sub_sched_1","status":"active","customer":"cus_1","subscription":"sub_1","metadata":\#(metadata)}"#
        )
        func running(ending: Bool = false, _ more: String = "") -> String {
            StripeObject.running(items: [("si_1", "price_1", 1)], ending: ending, more)
                .replacingOccurrences(of: #""metadata":{}"#, with: #""metadata":\#(metadata)"#)
        }
        let steered = running(#","schedule":"sub_sched_1""#)
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, steered)
        shop.fixture.stripe.expect(
            "POST /v1/subscription_schedules/sub_sched_1/release", 200,
            #"{"id":"sub_sched_1","status":"released","released_subscription":"sub_1","metadata":\#(metadata)}"#)
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, running())
        shop.fixture.stripe.expect("POST /v1/subscriptions/sub_1", 200, running(ending: true))
        let work = CancelSubscription(subscription: shop.subscription, client: shop.client, at: .periodEnd)
        #expect(try await shop.fixture.run(work, by: CancelSubscriptionHandler()) == .recorded)
        #expect(shop.fixture.stripe.isSatisfied)
        let row = try await shop.fixture.sql("SELECT status, cancel_at_period_end FROM app.subscription")
        #expect(row.first == ["active", "t"])
    }

    @Test func `an expired try that is told of late does not take the place of the new one`() async throws {
        let shop = try await Shop(status: "starting")
        try await shop.fixture.sql("UPDATE app.subscription SET stripe_subscription = NULL")
        let metadata = #"{"tg_tenant":"\#(shop.fixture.tenant.id)","tg_id":"\#(shop.subscription.text)"}"#
        let event = try await shop.fixture.addEvent(
            "evt_1", "customer.subscription.updated", "subscription", "sub_0")
        shop.fixture.stripe.expect(
            "GET /v1/subscriptions/sub_0", 200,
            StripeObject.subscription("sub_0", "incomplete_expired", metadata: metadata))
        try await shop.fixture.run(event, by: ApplyEventHandler())
        let row = try await shop.fixture.sql("SELECT status, stripe_subscription FROM app.subscription")
        #expect(row.first == ["starting", nil])
    }
}
