@testable import AccessWorker
import Billing
import Daemon
@testable import Jobs
import Stripe
import Synchronization
import TestSupport
import Testing
import Worker

/// Events are hints: what counts is what Stripe shows when asked, in the order of asking.
@Suite(.freshDatabase) struct EventHandlerTests {
    private let handler = ApplyEventHandler()

    private func running() async throws -> (HandlerFixture, Client.ID) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        return (fixture, client)
    }

    @Test func `state comes from the object, never from the event`() async throws {
        let (fixture, _) = try await running()
        let work = try await fixture.addEvent("evt_1", "customer.subscription.deleted", "subscription", "sub_1")
        fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "past_due"))
        #expect(try await fixture.run(work, by: handler) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "past_due")
        #expect(try await fixture.value("SELECT status FROM app.stripe_event") == "applied")
        #expect(try await fixture.value("SELECT last_event_at IS NOT NULL FROM app.connection") == "t")
    }

    @Test func `R14: an older look never overwrites a newer one`() async throws {
        let (fixture, _) = try await running()
        let slow = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1",
            .run { _ in
                // While the first answer is on its way, another event of another customer's lane is applied.
                let quick = try await fixture.addEvent(
                    "evt_2", "customer.subscription.updated", "subscription", "sub_1", customer: nil)
                fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "unpaid"))
                #expect(try await fixture.run(quick, by: ApplyEventHandler()) == .recorded)
                return .answer(200, StripeObject.subscription("sub_1", "past_due"))
            })
        #expect(try await fixture.run(slow, by: handler) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "unpaid")
    }

    @Test func `V13: what is over stays over`() async throws {
        let (fixture, _) = try await running()
        try await fixture.sql("UPDATE app.subscription SET status = 'canceled', snapshot_seq = 1")
        let work = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "active"))
        #expect(try await fixture.run(work, by: handler) == .recorded)
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "canceled")
    }

    @Test func `V13: a look that was under way while an invoice was paid does not open it again`() async throws {
        let (fixture, _) = try await running()
        for (event, status) in [("evt_1", "open"), ("evt_2", "paid"), ("evt_3", "open")] {
            let work = try await fixture.addEvent(event, "invoice.updated", "invoice", "in_1")
            fixture.stripe.expect(
                "GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", status, subscription: "sub_1"))
            #expect(try await fixture.run(work, by: handler) == .recorded)
        }
        #expect(try await fixture.sql("SELECT status, amount_paid FROM app.invoice") == [["paid", "2500"]])
    }

    @Test func `one look answers every event about the object that was there before it`() async throws {
        let (fixture, _) = try await running()
        let first = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_1")
        let second = try await fixture.addEvent("evt_2", "customer.subscription.deleted", "subscription", "sub_1")
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "canceled", reason: "payment_failed")
        )
        try await fixture.run(first, by: handler)
        try await fixture.run(second, by: handler)
        #expect(fixture.stripe.calls.count == 1)
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_event WHERE status = 'applied'") == "2")
        let transition = try await fixture.sql("SELECT to_state, cause_kind, cause_id FROM app.access_transition")
        #expect(transition == [["blocked", "event", "evt_2"]])
    }

    @Test(arguments: [
        ("topup.created", "topup", "tu_1"), ("payment_method.detached", "payment_method", "pm_unknown"),
    ])
    func `events about what is not mirrored are set aside without a call`(
        type: String, kind: String, object: String
    ) async throws {
        let (fixture, _) = try await running()
        let work = try await fixture.addEvent("evt_1", type, kind, object, customer: nil)
        try await fixture.run(work, by: handler)
        #expect(fixture.stripe.calls.isEmpty)
        #expect(try await fixture.value("SELECT status FROM app.stripe_event") == "ignored")
    }

    @Test func `an object that is none of ours, or is gone, is set aside`() async throws {
        let (fixture, _) = try await running()
        let foreign = try await fixture.addEvent("evt_1", "customer.subscription.updated", "subscription", "sub_9")
        fixture.stripe.expect("GET /v1/subscriptions/sub_9", 200, StripeObject.subscription("sub_9", "active"))
        try await fixture.run(foreign, by: handler)
        let gone = try await fixture.addEvent("evt_2", "invoice.updated", "invoice", "in_9")
        let missing = StripeObject.error("invalid_request_error", "resource_missing")
        fixture.stripe.expect("GET /v1/invoices/in_9", 404, missing)
        try await fixture.run(gone, by: handler)
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_event WHERE status = 'ignored'") == "2")
    }

    @Test func `an invoice whose subscription we are just starting finds it by its metadata`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "starting")
        let work = try await fixture.addEvent("evt_1", "invoice.paid", "invoice", "in_1")
        let metadata = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(subscription.text)"}"#
        fixture.stripe.expect("GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", "paid", subscription: "sub_1"))
        fixture.stripe.expect(
            "GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "active", metadata: metadata))
        #expect(try await fixture.run(work, by: handler) == .recorded)
        let row = try await fixture.sql(
            "SELECT s.status, s.stripe_subscription, i.status, i.subscription_id = s.id FROM app.subscription s, app.invoice i"
        )
        #expect(row == [["active", "sub_1", "paid", "t"]])
    }

    @Test func `G2: the session's event and the intent's adopt the card once`() async throws {
        let (fixture, _) = try await running()
        let session = try await fixture.addEvent("evt_1", "checkout.session.completed", "checkout.session", "cs_1")
        fixture.stripe.expect(
            "GET /v1/checkout/sessions/cs_1", 200,
            #"{"id":"cs_1","status":"complete","mode":"setup","customer":"cus_1","setup_intent":"seti_1"}"#)
        try await fixture.run(session, by: handler)
        let intent = try await fixture.addEvent("evt_2", "setup_intent.succeeded", "setup_intent", "seti_1")
        fixture.stripe.expect(
            "GET /v1/setup_intents/seti_1", 200, #"{"id":"seti_1","status":"succeeded","customer":"cus_1"}"#)
        try await fixture.run(intent, by: handler)
        #expect(try await fixture.waiting() == ["payment_method.adopt"])
    }

    @Test func `a card changed or a customer deleted at Stripe is seen here`() async throws {
        let (fixture, _) = try await running()
        let changed = try await fixture.addEvent("evt_1", "customer.updated", "customer", "cus_1")
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, StripeObject.customer("cus_1", card: "pm_5"))
        try await fixture.run(changed, by: handler)
        #expect(try await fixture.value("SELECT payment_method FROM app.client") == "pm_5")
        let detached = try await fixture.addEvent(
            "evt_2", "payment_method.detached", "payment_method", "pm_5", customer: nil)
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, StripeObject.customer("cus_1"))
        try await fixture.run(detached, by: handler)
        #expect(try await fixture.value("SELECT payment_method FROM app.client") == nil)
        let deleted = try await fixture.addEvent("evt_3", "customer.deleted", "customer", "cus_1")
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, #"{"id":"cus_1","deleted":true}"#)
        try await fixture.run(deleted, by: handler)
        #expect(try await fixture.value("SELECT stripe_customer FROM app.client") == nil)
    }

    @Test func `C7: an account that changed is looked at by the platform`() async throws {
        let fixture = try await HandlerFixture(isConnected: false)
        _ = try await fixture.addConnection(mode: "connect", status: "onboarding")
        let work = try await fixture.addEvent("evt_1", "account.updated", "account", "acct_7", customer: nil)
        try await fixture.run(work, by: handler)
        #expect(try await fixture.waiting() == ["connect.refresh"])
    }

    @Test func `R15: the sweep finds what no webhook brought, page by page, and goes on`() async throws {
        let (fixture, _) = try await running()
        _ = try await fixture.addEvent("evt_1", "invoice.paid", "invoice", "in_1")
        func event(_ id: String, _ object: String) -> String {
            #"{"id":"\#(id)","type":"invoice.paid","created":1767225600,"livemode":false,"data":{"object":{"id":"\#(object)","object":"invoice","customer":"cus_1"}}}"#
        }
        fixture.stripe.expect(
            "GET /v1/events", 200, StripeObject.list(event("evt_3", "in_3"), event("evt_2", "in_2"), more: true))
        fixture.stripe.expect("GET /v1/events", 200, StripeObject.list(event("evt_1", "in_1")))
        // Money that goes back has a list of its own: one call takes 20 types.
        let contested =
            #"{"id":"evt_4","type":"charge.dispute.created","created":1767225600,"livemode":false,"#
            + #""data":{"object":{"id":"dp_1","object":"dispute"}}}"#
        fixture.stripe.expect("GET /v1/events", 200, StripeObject.list(contested))
        // What is sold has one too.
        let renamed =
            #"{"id":"evt_5","type":"product.updated","created":1767225600,"livemode":false,"#
            + #""data":{"object":{"id":"prod_1","object":"product"}}}"#
        fixture.stripe.expect("GET /v1/events", 200, StripeObject.list(renamed))
        let work = SweepEvents(connection: try await fixture.connection())
        #expect(try await fixture.run(work, by: SweepEventsHandler()) == .recorded)
        #expect(try await fixture.value("SELECT count(*) FROM app.stripe_event WHERE source = 'sweep'") == "4")
        let expected = [
            "events.sweep", "reconciliation.nightly", "rows.forget", "event.apply", "event.apply", "event.apply",
            "event.apply",
        ]
        #expect(try await fixture.waiting() == expected)
        #expect(SweepEventsHandler.types.allSatisfy { $0.count <= 20 })
        #expect(Set(SweepEventsHandler.types.joined()).isSubset(of: WebhookEndpoint.enabledEvents))
        #expect(Set(SweepEventsHandler.types.joined()).count == SweepEventsHandler.types.joined().count)
        // Whatever happens to what is sold is looked for: nothing else would show it before the night.
        let sold = WebhookEndpoint.enabledEvents.filter { event in
            ["product.", "price.", "coupon.", "billing.meter."].contains { event.hasPrefix($0) }
        }
        #expect(sold.count == 13 && Set(sold).isSubset(of: SweepEventsHandler.types.joined()))
    }
}
