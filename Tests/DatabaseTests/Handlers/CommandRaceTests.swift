@testable import AccessWorker
import Billing
import Daemon
@testable import InvoicesWorker
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// Two commands about the same thing that were both accepted before either ran: the second one finds another world
/// than the API saw.
@Suite(.freshDatabase) struct CommandRaceTests {
    typealias Shop = SubscriptionCommandTests.Shop

    private static let steered = #","schedule":"sub_sched_1""#

    /// A change to the second price waits for the next period.
    private func plan(_ shop: Shop) async throws {
        try await shop.fixture.sql(
            """
            UPDATE app.subscription SET steered_by = 'sub_sched_1', pending_change =
              '{"at":1769904000,"items":[{"price":"\(shop.prices[1].text)","quantity":1}]}'
            """)
    }

    @Test func `a schedule that has done its work is not taken off together with the next plan`() async throws {
        let shop = try await Shop()
        try await plan(shop)
        // The period has begun anew; before its event is heard, another change is wished for.
        let work = shop.change([SubscriptionItemWish(price: shop.prices[0], quantity: 2)], .nextPeriod)
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        let changed = StripeObject.running(items: [("si_1", "price_2", 1)], Self.steered)
        let event = try await shop.fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, changed)
        try await shop.fixture.run(event, by: ApplyEventHandler())
        #expect(try await shop.fixture.waiting() == ["subscription.change", "subscription.release"])

        shop.fixture.stripe.expect(
            "GET /v1/subscription_schedules/sub_sched_1", 200, StripeObject.schedule(now: "price_2"))
        shop.fixture.stripe.expect(
            "POST /v1/subscription_schedules/sub_sched_1", 200,
            StripeObject.schedule(now: "price_2", next: "price_1", quantity: 2))
        shop.fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, changed)
        let change = try await shop.fixture.claim(ChangeSubscription.self)
        #expect(try await shop.fixture.perform(change, by: ChangeSubscriptionHandler()) == .recorded)
        let release = try await shop.fixture.claim(ReleaseSchedule.self)
        #expect(try await shop.fixture.perform(release, by: ReleaseScheduleHandler()) == .recorded)
        #expect(shop.fixture.stripe.writes.map(\.line) == ["POST /v1/subscription_schedules/sub_sched_1"])
        #expect(
            try await shop.fixture.value("SELECT pending_change -> 'items' -> 0 ->> 'quantity' FROM app.subscription")
                == "2")
    }

    @Test func `a plan that its owner takes back is taken back, whatever it holds`() async throws {
        let shop = try await Shop()
        try await plan(shop)
        shop.fixture.stripe.expect(
            "POST /v1/subscription_schedules/sub_sched_1/release", 200, StripeObject.schedule(now: "price_1"))
        shop.fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200, StripeObject.running(items: [("si_1", "price_1", 1)]))
        let work = ReleaseSchedule(subscription: shop.subscription, client: shop.client, schedule: "sub_sched_1")
        try await shop.fixture.run(work, by: ReleaseScheduleHandler())
        #expect(shop.fixture.stripe.isSatisfied)
        #expect(try await shop.fixture.value("SELECT pending_change FROM app.subscription") == nil)
    }

    @Test func `J11 K5: a coupon or tax that a plan made meanwhile would bring back is refused`() async throws {
        let shop = try await Shop()
        try await plan(shop)
        let coupon = SetSubscriptionCoupon(subscription: shop.subscription, client: shop.client, coupon: nil)
        try await shop.fixture.run(coupon, by: SetSubscriptionCouponHandler())
        #expect(try await shop.fixture.ending() == "failed change_pending")
        let tax = SetSubscriptionTax(
            subscription: shop.subscription, client: shop.client, isEnabled: false, hasLocation: false)
        try await shop.fixture.run(tax, by: SetSubscriptionTaxHandler())
        #expect(try await shop.fixture.ending() == "failed change_pending")
        #expect(shop.fixture.stripe.calls.isEmpty)
    }

    @Test(arguments: [Proration.prorate, .nextPeriod])
    func `V8: a change to what was sold by another subscription meanwhile is refused`(proration: Proration)
        async throws
    {
        let shop = try await Shop()
        let work = shop.change([SubscriptionItemWish(price: shop.prices[1])], proration)
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        _ = try await shop.fixture.addSubscription(of: shop.client, status: "starting", price: shop.prices[1])
        let claim = try await shop.fixture.claim(ChangeSubscription.self)
        #expect(try await shop.fixture.perform(claim, by: ChangeSubscriptionHandler()) == .recorded)
        #expect(try await shop.fixture.ending() == "failed subscription_exists")
        #expect(shop.fixture.stripe.calls.isEmpty)
    }

    @Test func `V8: what has not begun is not revised to what was sold by another subscription meanwhile`()
        async throws
    {
        let shop = try await Shop(status: "awaiting_payment")
        try await shop.fixture.sql("UPDATE app.subscription SET stripe_subscription = NULL")
        var work = ReviseSubscription(shop.subscription, of: shop.client)
        work.items = [SubscriptionItemWish(price: shop.prices[1])]
        _ = try await shop.fixture.addSubscription(of: shop.client, status: "starting", price: shop.prices[1])
        try await shop.fixture.run(work, by: ReviseSubscriptionHandler())
        #expect(try await shop.fixture.ending() == "failed subscription_exists")
    }

    @Test func `V8: a try that expired is not begun anew beside the one that took its place`() async throws {
        let shop = try await Shop(status: "incomplete_expired")
        _ = try await shop.fixture.addSubscription(
            of: shop.client, status: "active", stripe: "sub_2", price: shop.prices[0])
        let work = StartSubscription(subscription: shop.subscription, client: shop.client)
        try await shop.fixture.run(work, by: StartSubscriptionHandler())
        #expect(try await shop.fixture.ending() == "failed subscription_exists")
        #expect(shop.fixture.stripe.calls.isEmpty)
        #expect(
            try await shop.fixture.value("SELECT status FROM app.subscription WHERE stripe_subscription = 'sub_1'")
                == "incomplete_expired")
    }

    @Test func `a coupon that nobody brings to Stripe any more is refused, and holds nothing up`() async throws {
        let shop = try await Shop(status: "starting")
        let coupon = Billing.Coupon.ID.new(at: WallClock.system.now())
        try await shop.fixture.sql(
            """
            INSERT INTO app.coupon (tenant_id, id, name, percent_off, duration, status)
            VALUES (\(shop.fixture.tenant.id), '\(coupon.rawValue)', 'Spring', 20, 'once', 'publishing');
            UPDATE app.subscription SET stripe_subscription = NULL, coupon_id = '\(coupon.rawValue)'
            """)
        let work = StartSubscription(subscription: shop.subscription, client: shop.client)
        #expect(try await shop.fixture.run(work, by: StartSubscriptionHandler()) == .recorded)
        #expect(try await shop.fixture.ending() == "failed coupon_expired")
        #expect(try await shop.fixture.value("SELECT status FROM app.subscription") == "awaiting_payment")
    }

    @Test func `K5: tax that was lost for a day on a schedule is looked for, and sent anew where it is not`()
        async throws
    {
        let shop = try await Shop(status: "scheduled")
        try await shop.fixture.sql(
            """
            UPDATE app.subscription SET stripe_subscription = NULL, stripe_schedule = 'sub_sched_1',
              schedule_status = 'not_started', automatic_tax = true, start_at = to_timestamp(1767225600)
            """)
        let metadata = #"{"tg_tenant":"\#(shop.fixture.tenant.id)","tg_id":"\#(shop.subscription.text)"}"#
        func schedule(taxed: Bool) -> String {
            StripeObject.schedule("not_started", now: "price_1", taxed: taxed, metadata: metadata)
        }
        var work = ReviseSubscription(shop.subscription, of: shop.client)
        work.collectsTax = false
        let path = "/v1/subscription_schedules/sub_sched_1"
        shop.fixture.stripe.expect("GET \(path)", 200, schedule(taxed: true))
        shop.fixture.stripe.expect(
            "POST \(path)", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        try await shop.fixture.queue.enqueue(work, of: shop.fixture.tenant)
        var claim = try await shop.fixture.claim(ReviseSubscription.self)
        let outcome = try await shop.fixture.perform(claim, by: ReviseSubscriptionHandler())
        claim = try await shop.fixture.again(ReviseSubscription.self, after: outcome, claim)
        try await shop.fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        shop.fixture.stripe.expect("GET \(path)", 200, schedule(taxed: true))
        shop.fixture.stripe.expect("GET \(path)", 200, schedule(taxed: true))
        shop.fixture.stripe.expect("POST \(path)", 200, schedule(taxed: false))
        #expect(try await shop.fixture.perform(claim, by: ReviseSubscriptionHandler()) == .recorded)
        #expect(try await shop.fixture.ending() == "done")
        #expect(shop.fixture.stripe.writes.count == 2 && shop.fixture.stripe.isSatisfied)
    }

    @Test func `a long bill of a subscription whose start is not answered yet is its bill`() async throws {
        let shop = try await Shop(status: "starting")
        try await shop.fixture.sql("UPDATE app.subscription SET stripe_subscription = NULL")
        let metadata = #"{"tg_tenant":"\#(shop.fixture.tenant.id)","tg_id":"\#(shop.subscription.text)"}"#
        let bill = StripeObject.invoice("in_1", "paid", subscription: "sub_1").replacing(
            #""created":"#, with: #""lines":{"object":"list","data":[],"has_more":true},"created":"#)
        let event = try await shop.fixture.addEvent("evt_1", "invoice.paid", "invoice", "in_1")
        shop.fixture.stripe.expect("GET /v1/invoices/in_1", 200, bill)
        shop.fixture.stripe.answer { call in
            call.line.hasSuffix("/lines")
                ? .answer(200, StripeObject.list())
                : .answer(200, StripeObject.subscription("sub_1", "active", metadata: metadata))
        }
        try await shop.fixture.run(event, by: ApplyEventHandler())
        #expect(shop.fixture.stripe.lines.contains("GET /v1/invoices/in_1/lines"))
        #expect(
            try await shop.fixture.value("SELECT subscription_id FROM app.invoice")
                == shop.subscription.rawValue.uuidString.lowercased())
    }

    @Test func `a client that was closed meanwhile is sold nothing more, and charged nothing`() async throws {
        let shop = try await Shop(status: "incomplete_expired")
        let prices = try await shop.fixture.addProduct(stripe: "prod_2", prices: ["price_3"], interval: nil).1
        let bill = try await shop.fixture.addInvoice(of: shop.client, collection: "auto_charge", price: prices[0])
        try await shop.fixture.sql("UPDATE app.client SET access_state = 'closed'")
        try await shop.fixture.run(
            StartSubscription(subscription: shop.subscription, client: shop.client), by: StartSubscriptionHandler())
        #expect(try await shop.fixture.ending() == "failed client_closed")
        try await shop.fixture.run(IssueInvoice(invoice: bill, client: shop.client), by: IssueInvoiceHandler())
        #expect(try await shop.fixture.ending() == "failed client_closed")
        #expect(shop.fixture.stripe.calls.isEmpty)
        #expect(try await shop.fixture.value("SELECT status FROM app.invoice") == "failed")
    }
}
