import Billing
import Daemon
import Foundation
@testable import InvoicesWorker
@testable import Jobs
import Stripe
import TestSupport
import Testing
import Worker

/// A purchase is one charge and one grant, whatever becomes of the answers (V15).
@Suite(.freshDatabase) struct CreditHandlerTests {
    private let lost = ScriptedStripe.Reply.failure(.unknown(reason: "lost", status: nil, requestID: nil))

    private func scene(origin: String = "portal", method: String = "card") async throws -> (HandlerFixture, BuyCredits)
    {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let now = WallClock.system.now()
        let (pricing, quote) = (CreditPricing.ID.new(at: now), CreditQuote.ID.new(at: now))
        let purchase = CreditPurchase.ID.new(at: now)
        let tenant = fixture.tenant.id
        try await fixture.sql(
            """
            INSERT INTO app.credit_pricing (tenant_id, id, version, currency, base_cost, agency_cost, min_purchase,
              max_purchase)
            VALUES (\(tenant), '\(pricing.rawValue)', 1, 'usd', 0, 0.004, 100, 100000);
            INSERT INTO app.credit_quote (tenant_id, id, client_id, pricing_id, amount, currency, credits)
            VALUES (\(tenant), '\(quote.rawValue)', '\(client.rawValue)', '\(pricing.rawValue)', 1000, 'usd', 2500000000);
            INSERT INTO app.credit_purchase (tenant_id, id, client_id, quote_id, pricing_id, amount, currency, credits,
              origin, method)
            VALUES (\(tenant), '\(purchase.rawValue)', '\(client.rawValue)', '\(quote.rawValue)', '\(pricing.rawValue)',
              1000, 'usd', 2500000000, '\(origin)', '\(method)')
            """)
        return (fixture, BuyCredits(purchase: purchase, client: client))
    }

    private func intent(_ status: String, received: Int = 1_000, metadata: String = "{}") -> String {
        #"{"id":"pi_1","status":"\#(status)","amount":1000,"amount_received":\#(received),"currency":"usd","#
            + #""latest_charge":"ch_1","metadata":\#(metadata)}"#
    }

    private func expectOneGrant(_ fixture: HandlerFixture) async throws {
        #expect(try await fixture.value("SELECT status FROM app.credit_purchase") == "paid")
        let entries = try await fixture.sql("SELECT amount, source_id, balance_after FROM app.credit_entry")
        #expect(entries == [["2500000000", "pi_1", "2500000000"]])
        #expect(try await fixture.value("SELECT count(*) FROM app.credit_transaction") == "1")
    }

    @Test func `V15: a purchase is made, tried, granted, and looked at for its fee`() async throws {
        let (fixture, work) = try await scene()
        fixture.stripe.expect("POST /v1/payment_intents", 200, intent("requires_payment_method", received: 0))
        fixture.stripe.expect("POST /v1/payment_intents/pi_1/confirm", 200, intent("succeeded"))
        #expect(try await fixture.run(work, by: BuyCreditsHandler()) == .recorded)
        let made = try #require(fixture.stripe.writes.first)
        #expect(made.field("amount") == "1000" && made.field("currency") == "usd" && made.field("customer") == "cus_1")
        #expect(fixture.stripe.writes.last?.field("off_session") == "true")
        #expect(fixture.stripe.writes.last?.field("payment_method") == "pm_1")
        try await expectOneGrant(fixture)
        fixture.stripe.expect(
            "GET /v1/payment_intents/pi_1", 200,
            #"{"id":"pi_1","status":"succeeded","amount":1000,"amount_received":1000,"currency":"usd","latest_charge":"#
                + #"{"id":"ch_1","amount":1000,"amount_refunded":0,"payment_intent":"pi_1","balance_transaction":"#
                + #"{"id":"txn_1","amount":920,"fee":59,"net":861,"currency":"eur"}}}"#)
        let claim = try await fixture.claim(RefreshCreditPurchase.self)
        #expect(try await fixture.perform(claim, by: RefreshCreditPurchaseHandler()) == .recorded)
        let fee = try await fixture.sql("SELECT fee, net, settled_currency FROM app.credit_transaction")
        #expect(fee == [["59", "861", "eur"]])
        try await expectOneGrant(fixture)
    }

    @Test func `V15: an answer lost after the charge is asked for again under the same key`() async throws {
        let (fixture, work) = try await scene()
        fixture.stripe.expect("POST /v1/payment_intents", 200, intent("requires_payment_method", received: 0))
        fixture.stripe.expect("POST /v1/payment_intents/pi_1/confirm", lost)
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(BuyCredits.self)
        let outcome = try await fixture.perform(claim, by: BuyCreditsHandler())
        // The card goes meanwhile: the charge may have happened all the same.
        try await fixture.sql("UPDATE app.client SET payment_method = NULL")
        fixture.stripe.expect("POST /v1/payment_intents/pi_1/confirm", 200, intent("succeeded"))
        claim = try await fixture.again(BuyCredits.self, after: outcome, claim)
        #expect(try await fixture.perform(claim, by: BuyCreditsHandler()) == .recorded)
        #expect(fixture.stripe.writes.count == 3 && fixture.stripe.writes[1] == fixture.stripe.writes[2])
        try await expectOneGrant(fixture)
    }

    @Test func `V15: after a day without an answer the payment is looked at, not tried again`() async throws {
        let (fixture, work) = try await scene()
        fixture.stripe.expect("POST /v1/payment_intents", lost)
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(BuyCredits.self)
        var outcome = try await fixture.perform(claim, by: BuyCreditsHandler())
        claim = try await fixture.again(BuyCredits.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        let ours = #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(work.purchase.text)"}"#
        fixture.stripe.expect(
            "GET /v1/payment_intents", 200,
            StripeObject.list(intent("requires_payment_method", received: 0, metadata: ours)))
        fixture.stripe.expect("POST /v1/payment_intents/pi_1/confirm", lost)
        outcome = try await fixture.perform(claim, by: BuyCreditsHandler())
        claim = try await fixture.again(BuyCredits.self, after: outcome, claim)
        try await fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        fixture.stripe.expect("GET /v1/payment_intents/pi_1", 200, intent("succeeded"))
        #expect(try await fixture.perform(claim, by: BuyCreditsHandler()) == .recorded)
        #expect(
            fixture.stripe.writes.map(\.line) == [
                "POST /v1/payment_intents", "POST /v1/payment_intents/pi_1/confirm",
            ])
        try await expectOneGrant(fixture)
    }

    @Test func `V15: a declined card grants nothing, and another amount than asked for neither`() async throws {
        let (fixture, work) = try await scene()
        fixture.stripe.expect("POST /v1/payment_intents", 200, intent("requires_payment_method", received: 0))
        fixture.stripe.expect(
            "POST /v1/payment_intents/pi_1/confirm", 402,
            StripeObject.error("card_error", "card_declined", "no", decline: "insufficient_funds"))
        #expect(try await fixture.run(work, by: BuyCreditsHandler()) == .recorded)
        #expect(try await fixture.ending() == "failed card_declined")
        #expect(try await fixture.value("SELECT status FROM app.credit_purchase") == "failed")
        let (other, wish) = (fixture, try await scene())
        _ = other
        wish.0.stripe.expect("POST /v1/payment_intents", 200, intent("requires_payment_method", received: 0))
        wish.0.stripe.expect("POST /v1/payment_intents/pi_1/confirm", 200, intent("succeeded", received: 1))
        #expect(try await wish.0.run(wish.1, by: BuyCreditsHandler()).word == "dead")
        #expect(try await fixture.value("SELECT count(*) FROM app.credit_entry") == "0")
    }

    @Test func `V15: a refund that fails gives its credits back, and pieces come to the whole`() async throws {
        let (fixture, work) = try await scene()
        fixture.stripe.expect("POST /v1/payment_intents", 200, intent("requires_payment_method", received: 0))
        fixture.stripe.expect("POST /v1/payment_intents/pi_1/confirm", 200, intent("succeeded"))
        try await fixture.run(work, by: BuyCreditsHandler())
        func refund(_ id: String, _ amount: Int, _ status: String) -> String {
            #"{"id":"\#(id)","status":"\#(status)","amount":\#(amount),"currency":"usd","payment_intent":"pi_1"}"#
        }
        func look(_ refunds: String...) async throws {
            fixture.stripe.expect(
                "GET /v1/payment_intents/pi_1", 200,
                #"{"id":"pi_1","status":"succeeded","amount":1000,"amount_received":1000,"currency":"usd","#
                    + #""latest_charge":{"id":"ch_1","amount":1000,"amount_refunded":1,"payment_intent":"pi_1","#
                    + #""balance_transaction":{"id":"txn_1","amount":1000,"fee":59,"net":941,"currency":"usd"}}}"#)
            let list = #"{"object":"list","has_more":false,"data":[\#(refunds.joined(separator: ","))]}"#
            fixture.stripe.expect("GET /v1/refunds", 200, list)
            if try await fixture.waiting().isEmpty {
                let again = RefreshCreditPurchase(purchase: work.purchase, client: work.client, round: 1)
                try await fixture.queue.enqueue(again, of: fixture.tenant)
            }
            let claim = try await fixture.claim(RefreshCreditPurchase.self)
            #expect(try await fixture.perform(claim, by: RefreshCreditPurchaseHandler()) == .recorded)
        }
        // The look that the purchase left behind is the first.
        try await look(refund("re_1", 333, "pending"))
        #expect(try await fixture.value("SELECT sum(amount) FROM app.credit_entry") == "1667500000")
        try await look(refund("re_2", 1, "succeeded"), refund("re_1", 333, "failed"))
        #expect(try await fixture.value("SELECT sum(amount) FROM app.credit_entry") == "2497500000")
        try await look(
            refund("re_3", 999, "succeeded"), refund("re_2", 1, "succeeded"), refund("re_1", 333, "failed"))
        #expect(try await fixture.value("SELECT sum(amount) FROM app.credit_entry") == "0")
        try await look(
            refund("re_3", 999, "succeeded"), refund("re_2", 1, "succeeded"), refund("re_1", 333, "failed"))
        #expect(try await fixture.value("SELECT sum(amount) FROM app.credit_entry") == "0")
        #expect(try await fixture.value("SELECT amount_refunded FROM app.credit_purchase") == "1000")
    }
}
