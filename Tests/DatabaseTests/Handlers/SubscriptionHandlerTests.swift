import Billing
import Daemon
@testable import Jobs
import Stripe
@testable import SubscriptionsWorker
import TestSupport
import Testing
import Worker

/// Products, cards and subscriptions at Stripe.
@Suite(.freshDatabase) struct SubscriptionHandlerTests {
    @Test func `D1 D2: a product, then each of its prices; a second wish brings Stripe's copy up to date`() async throws
    {
        let fixture = try await HandlerFixture()
        let (product, _) = try await fixture.addProduct(stripe: nil, prices: [nil, nil])
        fixture.stripe.expect("POST /v1/products", 200, #"{"id":"prod_9","name":"Product","active":true}"#)
        for id in ["price_8", "price_9"] {
            fixture.stripe.expect(
                "POST /v1/prices", 200, #"{"id":"\#(id)","product":"prod_9","active":true,"currency":"eur"}"#)
        }
        #expect(try await fixture.run(PublishProduct(product: product), by: PublishProductHandler()) == .recorded)
        #expect(fixture.stripe.calls[1].field("unit_amount") == "2500")
        #expect(fixture.stripe.calls[1].field("recurring[interval]") == "month")
        let prices = try await fixture.sql("SELECT stripe_price FROM app.price ORDER BY id").map { $0[0] }
        #expect(prices == ["price_8", "price_9"])
        try await fixture.sql("UPDATE app.product SET revision = 1")
        let changed = #"{"id":"prod_9","name":"Product","active":true,"metadata":{"tg_revision":"1"}}"#
        fixture.stripe.expect("POST /v1/products/prod_9", 200, changed)
        try await fixture.run(PublishProduct(product: product), by: PublishProductHandler())
        #expect(fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT published_revision FROM app.product") == "1")
    }

    @Test func `G2: the customer first, then the page for its card`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil, card: nil)
        let setup = PaymentSetup.ID.new(at: WallClock.system.now())
        try await fixture.sql(
            """
            INSERT INTO app.payment_setup (tenant_id, id, client_id, success_url, cancel_url)
            VALUES (\(fixture.tenant.id), '\(setup.rawValue)', '\(client.rawValue)', 'https://a.example/s', 'https://a.example/c')
            """)
        fixture.stripe.expect("POST /v1/customers", 200, StripeObject.customer("cus_9"))
        fixture.stripe.expect(
            "POST /v1/checkout/sessions", 200,
            #"{"id":"cs_1","status":"open","mode":"setup","customer":"cus_9","url":"https://pay.example/cs_1","expires_at":1767225900}"#
        )
        let work = OpenPaymentSetup(setup: setup, client: client)
        #expect(try await fixture.run(work, by: OpenPaymentSetupHandler()) == .recorded)
        let row = try await fixture.sql("SELECT status, stripe_session, url FROM app.payment_setup")
        #expect(row.first == ["open", "cs_1", "https://pay.example/cs_1"])
    }

    @Test func `G2: a saved card becomes the default, also of what runs, and starts what waited`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: nil)
        let (_, prices) = try await fixture.addProduct()
        _ = try await fixture.addSubscription(of: client, status: "past_due", stripe: "sub_1")
        let waiting = try await fixture.addSubscription(of: client, status: "awaiting_payment", price: prices[0])
        let method = #"{"id":"pm_2","type":"card","card":\#(StripeObject.card),"customer":"cus_1"}"#
        fixture.stripe.expect(
            "GET /v1/setup_intents/seti_1", 200,
            #"{"id":"seti_1","status":"succeeded","customer":"cus_1","payment_method":\#(method)}"#)
        fixture.stripe.expect("POST /v1/customers/cus_1", 200, StripeObject.customer("cus_1", card: "pm_2"))
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, StripeObject.customer("cus_1", card: "pm_2"))
        fixture.stripe.expect("POST /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "past_due"))
        let work = AdoptPaymentMethod(client: client, setupIntent: "seti_1")
        #expect(try await fixture.run(work, by: AdoptPaymentMethodHandler()) == .recorded)
        let card = try await fixture.sql("SELECT payment_method, card_brand, card_last4, card_exp_year FROM app.client")
        #expect(card.first == ["pm_2", "visa", "4242", "2034"])
        #expect(try await fixture.waiting() == ["subscription.start"])
        let start = try await fixture.claim(StartSubscription.self)
        #expect(start.payload.contains(waiting.text))
    }

    @Test func `a card saved for another customer is not taken`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: nil)
        fixture.stripe.expect(
            "GET /v1/setup_intents/seti_1", 200,
            #"{"id":"seti_1","status":"succeeded","customer":"cus_2","payment_method":"pm_2"}"#)
        let work = AdoptPaymentMethod(client: client, setupIntent: "seti_1")
        try await fixture.run(work, by: AdoptPaymentMethodHandler())
        #expect(try await fixture.ending() == "failed customer_mismatch")
        #expect(fixture.stripe.writes.isEmpty)
    }

    /// A client whose first subscription waits for its card, and whose access waits with it.
    private func ready(card: String? = "pm_1") async throws -> (HandlerFixture, Client.ID, StartSubscription) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: card)
        let (_, prices) = try await fixture.addProduct()
        let subscription = try await fixture.addSubscription(of: client, status: "awaiting_payment", price: prices[0])
        try await fixture.sql(
            """
            INSERT INTO app.access_hold (tenant_id, id, client_id, reason, effect, subscription_id, cause_kind, cause_id)
            VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 'awaiting_payment', 'awaiting_payment',
                    '\(subscription.rawValue)', 'command', 'cmd_x');
            UPDATE app.client SET access_state = 'awaiting_payment';
            """)
        return (fixture, client, StartSubscription(subscription: subscription, client: client))
    }

    @Test func `G2: a started subscription opens the client's access, and its first invoice is mirrored`() async throws
    {
        let (fixture, _, work) = try await ready()
        let invoice = StripeObject.invoice("in_1", "paid", subscription: "sub_1")
        let metadata = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(work.subscription.text)"}"#
        fixture.stripe.expect(
            "POST /v1/subscriptions", 200,
            StripeObject.subscription("sub_1", "active", invoice: invoice, metadata: metadata))
        #expect(try await fixture.run(work, by: StartSubscriptionHandler()) == .recorded)
        let call = try #require(fixture.stripe.calls.first)
        #expect(call.field("payment_behavior") == "error_if_incomplete")
        #expect(call.field("default_payment_method") == "pm_1")
        #expect(call.field("metadata[tg_id]") == work.subscription.text)
        let row = try await fixture.sql("SELECT status, stripe_subscription, latest_invoice FROM app.subscription")
        #expect(row.first == ["active", "sub_1", "in_1"])
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "active")
        #expect(try await fixture.value("SELECT status FROM app.invoice WHERE stripe_invoice = 'in_1'") == "paid")
        #expect(try await fixture.value("SELECT cause_kind FROM app.access_transition") == "command")
        #expect(try await fixture.value("SELECT stripe_item FROM app.subscription_item") == "si_1")
    }

    @Test func `F11: a declined card makes nothing: the subscription waits for another, access stays closed`()
        async throws
    {
        let (fixture, _, work) = try await ready()
        let error = StripeObject.error(
            "card_error", "card_declined", "Your card was declined.", decline: "generic_decline")
        fixture.stripe.expect("POST /v1/subscriptions", 402, error)
        #expect(try await fixture.run(work, by: StartSubscriptionHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed card_declined")
        let row = try await fixture.sql(
            "SELECT status, stripe_subscription, problem ->> 'decline_code', problem ->> 'request_id' FROM app.subscription"
        )
        #expect(row.first == ["awaiting_payment", nil, "generic_decline", "req_1"])
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "awaiting_payment")
        // The operator's or the client's next try goes out under a new key.
        fixture.stripe.expect("POST /v1/subscriptions", 402, error)
        try await fixture.run(work, by: StartSubscriptionHandler())
        #expect(Set(fixture.stripe.calls.map(\.idempotencyKey)).count == 2)
    }

    @Test func `without a card nothing is sent`() async throws {
        let (fixture, _, work) = try await ready(card: nil)
        try await fixture.run(work, by: StartSubscriptionHandler())
        #expect(try await fixture.ending() == "failed payment_method_missing")
        #expect(fixture.stripe.calls.isEmpty)
    }

    @Test func `a price that nobody brings to Stripe is refused, and holds nothing up`() async throws {
        let (fixture, _, work) = try await ready()
        try await fixture.sql("UPDATE app.price SET stripe_price = NULL")
        #expect(try await fixture.run(work, by: StartSubscriptionHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed price_unpublished")
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "awaiting_payment")
    }

    @Test func `a start whose answer was lost is adopted by the event that tells of it`() async throws {
        let (fixture, _, work) = try await ready()
        fixture.stripe.expect("POST /v1/subscriptions", .failure(.unknown(reason: "lost", status: nil, requestID: nil)))
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(StartSubscription.self)
        let outcome = try await fixture.perform(claim, by: StartSubscriptionHandler())
        try await fixture.sql(
            "UPDATE app.subscription SET stripe_subscription = 'sub_1', status = 'active', snapshot_seq = 99")
        claim = try await fixture.again(StartSubscription.self, after: outcome, claim)
        #expect(try await fixture.perform(claim, by: StartSubscriptionHandler()) == .recorded)
        #expect(fixture.stripe.calls.count == 1)
        #expect(try await fixture.ending() == "done")
    }

    @Test(arguments: [CancelSubscription.Moment.now, .periodEnd])
    func `a subscription is ended at once or with its period`(moment: CancelSubscription.Moment) async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let answer = StripeObject.subscription(
            "sub_1", moment == .now ? "canceled" : "active", reason: "cancellation_requested")
        fixture.stripe.expect("\(moment == .now ? "DELETE" : "POST") /v1/subscriptions/sub_1", 200, answer)
        let work = CancelSubscription(subscription: subscription, client: client, at: moment)
        #expect(try await fixture.run(work, by: CancelSubscriptionHandler()) == .recorded)
        #expect(fixture.stripe.isSatisfied)
        let status = try await fixture.value("SELECT status FROM app.subscription")
        #expect(status == (moment == .now ? "canceled" : "active"))
        #expect(try await fixture.value("SELECT access_state FROM app.client") == "active")
    }

    @Test func `a subscription that ended by itself is only looked at`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let subscription = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_1")
        let gone = StripeObject.error("invalid_request_error", "resource_missing")
        fixture.stripe.expect("DELETE /v1/subscriptions/sub_1", 404, gone)
        fixture.stripe.expect("GET /v1/subscriptions/sub_1", 200, StripeObject.subscription("sub_1", "canceled"))
        let work = CancelSubscription(subscription: subscription, client: client, at: .now)
        try await fixture.run(work, by: CancelSubscriptionHandler())
        #expect(try await fixture.value("SELECT status FROM app.subscription") == "canceled")
        #expect(try await fixture.ending() == "done")
    }
}
