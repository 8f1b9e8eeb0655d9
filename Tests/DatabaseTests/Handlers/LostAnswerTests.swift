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

/// What must not be concluded while an answer is missing, or while a look is under way that began before the call.
@Suite(.freshDatabase) struct LostAnswerTests {
    private let lost = ScriptedStripe.Reply.failure(.unknown(reason: "lost", status: nil, requestID: nil))

    private func starting() async throws -> (HandlerFixture, StartSubscription) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (_, prices) = try await fixture.addProduct()
        let subscription = try await fixture.addSubscription(of: client, status: "starting", price: prices[0])
        return (fixture, StartSubscription(subscription: subscription, client: client))
    }

    private func billing(_ collection: String = "auto_charge") async throws -> (HandlerFixture, IssueInvoice) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (_, prices) = try await fixture.addProduct(interval: nil)
        let invoice = try await fixture.addInvoice(of: client, collection: collection, price: prices[0])
        return (fixture, IssueInvoice(invoice: invoice, client: client))
    }

    private func expectDraft(_ fixture: HandlerFixture) {
        fixture.stripe.expect("POST /v1/invoices", 200, StripeObject.invoice("in_1", "draft"))
        fixture.stripe.expect("POST /v1/invoiceitems", 200, #"{"id":"ii_1","invoice":"in_1"}"#)
    }

    @Test func `V8: a start without an answer is not given up when the card goes: it may have happened`() async throws {
        let (fixture, work) = try await starting()
        fixture.stripe.expect("POST /v1/subscriptions", lost)
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(StartSubscription.self)
        let outcome = try await fixture.perform(claim, by: StartSubscriptionHandler())
        try await fixture.sql("UPDATE app.client SET payment_method = NULL")
        let metadata = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(work.subscription.text)"}"#
        fixture.stripe.expect(
            "POST /v1/subscriptions", 200, StripeObject.subscription("sub_1", "active", metadata: metadata))
        claim = try await fixture.again(StartSubscription.self, after: outcome, claim)
        #expect(try await fixture.perform(claim, by: StartSubscriptionHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(fixture.stripe.writes.count == 2 && fixture.stripe.writes[0] == fixture.stripe.writes[1])
        #expect(try await fixture.value("SELECT stripe_subscription FROM app.subscription") == "sub_1")
    }

    @Test func `a payment without an answer is not called failed when the card goes`() async throws {
        let (fixture, work) = try await billing()
        expectDraft(fixture)
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 200, StripeObject.invoice("in_1", "open"))
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", lost)
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(IssueInvoice.self)
        let outcome = try await fixture.perform(claim, by: IssueInvoiceHandler())
        try await fixture.sql("UPDATE app.client SET payment_method = NULL")
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 200, StripeObject.invoice("in_1", "paid"))
        claim = try await fixture.again(IssueInvoice.self, after: outcome, claim)
        #expect(try await fixture.perform(claim, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await fixture.value("SELECT status FROM app.invoice") == "paid")
    }

    @Test func `H5: a look at the draft that began before it was finalized does not have it finalized twice`()
        async throws
    {
        let (fixture, work) = try await billing()
        expectDraft(fixture)
        fixture.stripe.expect(
            "POST /v1/invoices/in_1/finalize",
            .run { _ in
                // The webhook of the draft's making: asked for after us, answered before us.
                try await fixture.sql("UPDATE app.invoice SET snapshot_seq = nextval('app.fetch_seq')")
                return .answer(200, StripeObject.invoice("in_1", "open"))
            })
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 200, StripeObject.invoice("in_1", "paid"))
        #expect(try await fixture.run(work, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(fixture.stripe.writes.count == 4)
    }

    @Test(arguments: ["request_payment", "auto_charge"])
    func `H4: what was mailed or charged is not mailed or charged again when the look after it fails`(
        collection: String
    ) async throws {
        let (fixture, work) = try await billing(collection)
        expectDraft(fixture)
        let isMailed = collection == "request_payment"
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 200, StripeObject.invoice("in_1", "open"))
        fixture.stripe.expect(
            "POST /v1/invoices/in_1/\(isMailed ? "send" : "pay")",
            .run { _ in
                // The webhook of the draft's making: asked for after us, answered before us.
                try await fixture.sql(
                    "UPDATE app.invoice SET status = 'draft', snapshot_seq = nextval('app.fetch_seq')")
                return .answer(200, StripeObject.invoice("in_1", isMailed ? "open" : "paid"))
            })
        fixture.stripe.expect("GET /v1/invoices/in_1", .failure(.notSent(reason: "no network")))
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(IssueInvoice.self)
        let outcome = try await fixture.perform(claim, by: IssueInvoiceHandler())
        claim = try await fixture.again(IssueInvoice.self, after: outcome, claim)
        let shown = StripeObject.invoice("in_1", isMailed ? "open" : "paid")
        fixture.stripe.expect("GET /v1/invoices/in_1", 200, shown)
        #expect(try await fixture.perform(claim, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(fixture.stripe.writes.count == 4 && fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT status FROM app.invoice") == (isMailed ? "open" : "paid"))
    }

    @Test func `an invoice that was finalized, then paid by somebody else is no failure`() async throws {
        let (fixture, work) = try await billing()
        expectDraft(fixture)
        let refusal = StripeObject.error("invalid_request_error", "invoice_not_editable")
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 400, refusal)
        fixture.stripe.expect("GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", "open"))
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 400, refusal)
        fixture.stripe.expect("GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", "paid"))
        #expect(try await fixture.run(work, by: IssueInvoiceHandler()) == .recorded)
        #expect(try await fixture.ending() == "done")
        #expect(try await fixture.value("SELECT status FROM app.invoice") == "paid")
    }

    @Test func `an open invoice that Stripe does not let be paid has its reason and stays open`() async throws {
        let (fixture, work) = try await billing()
        expectDraft(fixture)
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 200, StripeObject.invoice("in_1", "open"))
        let refusal = StripeObject.error("invalid_request_error", "payment_method_unexpected_state")
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 400, refusal)
        fixture.stripe.expect("GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", "open"))
        try await fixture.run(work, by: IssueInvoiceHandler())
        #expect(try await fixture.ending() == "failed payment_method_unexpected_state")
        #expect(try await fixture.value("SELECT status FROM app.invoice") == "open")
    }

    @Test func `G2: a look at the customer that began before the card was set does not hide the card`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: nil)
        let waiting = try await fixture.addSubscription(of: client, status: "awaiting_payment")
        fixture.stripe.expect(
            "GET /v1/setup_intents/seti_1", 200,
            #"{"id":"seti_1","status":"succeeded","customer":"cus_1","payment_method":"pm_2"}"#)
        fixture.stripe.expect(
            "POST /v1/customers/cus_1",
            .run { _ in
                try await fixture.sql("UPDATE app.client SET customer_seq = nextval('app.fetch_seq')")
                return .answer(200, StripeObject.customer("cus_1", card: "pm_2"))
            })
        fixture.stripe.expect("GET /v1/customers/cus_1", 200, StripeObject.customer("cus_1", card: "pm_2"))
        let work = AdoptPaymentMethod(client: client, setupIntent: "seti_1")
        #expect(try await fixture.run(work, by: AdoptPaymentMethodHandler()) == .recorded)
        #expect(try await fixture.value("SELECT payment_method FROM app.client") == "pm_2")
        #expect(try await fixture.claim(StartSubscription.self).payload.contains(waiting.text))
    }

    @Test func `a card moved to one subscription, lost, is not taken for moved to the next`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(card: "pm_2")
        _ = try await fixture.addSubscription(of: client, status: "past_due", stripe: "sub_1")
        _ = try await fixture.addSubscription(of: client, status: "active", stripe: "sub_2")
        let intent = #"{"id":"seti_1","status":"succeeded","customer":"cus_1","payment_method":"pm_2"}"#
        fixture.stripe.answer { call in
            switch call.line {
            case "GET /v1/setup_intents/seti_1": .answer(200, intent)
            case "POST /v1/subscriptions/sub_1": .failure(.unknown(reason: "lost", status: nil, requestID: nil))
            case "POST /v1/subscriptions/sub_2": .answer(200, StripeObject.subscription("sub_2", "active"))
            default: .answer(200, StripeObject.customer("cus_1", card: "pm_2"))
            }
        }
        let work = AdoptPaymentMethod(client: client, setupIntent: "seti_1")
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(AdoptPaymentMethod.self)
        let outcome = try await fixture.perform(claim, by: AdoptPaymentMethodHandler())
        try await fixture.sql("UPDATE app.subscription SET status = 'canceled' WHERE stripe_subscription = 'sub_1'")
        claim = try await fixture.again(AdoptPaymentMethod.self, after: outcome, claim)
        #expect(try await fixture.perform(claim, by: AdoptPaymentMethodHandler()) == .recorded)
        #expect(fixture.stripe.lines.contains("POST /v1/subscriptions/sub_2"))
    }

    @Test func `R11: a look that Stripe refuses proves nothing, so nothing is sent anew`() async throws {
        let (fixture, work) = try await starting()
        fixture.stripe.expect("POST /v1/subscriptions", lost)
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(StartSubscription.self)
        let outcome = try await fixture.perform(claim, by: StartSubscriptionHandler())
        claim = try await fixture.again(StartSubscription.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        fixture.stripe.expect("GET /v1/subscriptions", 400, StripeObject.error("invalid_request_error", "parameter_x"))
        #expect(try await fixture.perform(claim, by: StartSubscriptionHandler()).word == "dead")
        #expect(fixture.stripe.writes.count == 1)
        #expect(try await fixture.value("SELECT outcome FROM app.stripe_call") == nil)
    }

    @Test func `R6: no two databases make the same key`() async throws {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        fixture.stripe.expect("POST /v1/customers", 200, StripeObject.customer("cus_9"))
        try await fixture.run(PublishClient(client: client), by: PublishClientHandler())
        let key = "SELECT 'cmd_' || replace(public_id::text, '-', '') || '_1_0' FROM app.command"
        #expect(try await fixture.value(key) == fixture.stripe.writes.first?.idempotencyKey)
    }

    @Test func `R22: what went out with the tenant's own key never goes out with the platform's for itself`()
        async throws
    {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: nil)
        try await fixture.queue.enqueue(PublishClient(client: client), of: fixture.tenant)
        var claim = try await fixture.claim(PublishClient.self)
        fixture.stripe.expect("POST /v1/customers", lost)
        let outcome = try await fixture.perform(claim, by: PublishClientHandler())
        claim = try await fixture.again(PublishClient.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.connection SET mode = 'connect'")
        #expect(try await fixture.perform(claim, by: PublishClientHandler()).why?.code == "account_changed")
        #expect(fixture.stripe.writes.count == 1)
    }
}
