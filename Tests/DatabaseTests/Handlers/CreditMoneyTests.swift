@testable import AccessWorker
import Billing
import Daemon
import Foundation
@testable import InvoicesWorker
@testable import Jobs
import Stripe
import TestSupport
import Testing
import Worker

/// Money that goes back, is contested, or would be charged to somebody who should not be (V15).
@Suite(.freshDatabase) struct CreditMoneyTests {
    private static let pricing = "00000000-0000-7000-8000-000000000001"
    private static let quote = "00000000-0000-7000-8000-000000000002"
    private static let purchase = "00000000-0000-7000-8000-000000000003"
    private let look = CreditPurchase.ID(rawValue: UUID(uuidString: purchase)!)

    /// A client that paid $10 for 2,500 credits, and whose standing order buys the same at 100 left.
    private func scene(status: String = "paid", order: String = "on") async throws -> (HandlerFixture, Client.ID) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient()
        let (tenant, id) = (fixture.tenant.id, client.rawValue)
        let isPaid = status == "paid"
        try await fixture.sql(
            """
            INSERT INTO app.credit_pricing (tenant_id, id, version, currency, base_cost, agency_cost, min_purchase,
              max_purchase) VALUES (\(tenant), '\(Self.pricing)', 1, 'usd', 0, 0.004, 100, 100000);
            INSERT INTO app.credit_quote (tenant_id, id, client_id, pricing_id, amount, currency, credits)
            VALUES (\(tenant), '\(Self.quote)', '\(id)', '\(Self.pricing)', 1000, 'usd', 2500000000);
            INSERT INTO app.credit_purchase (tenant_id, id, client_id, quote_id, pricing_id, amount, currency, credits,
              origin, method, status, stripe_payment_intent, stripe_charge, paid_at)
            VALUES (\(tenant), '\(Self.purchase)', '\(id)', '\(Self.quote)', '\(Self.pricing)', 1000, 'usd', 2500000000,
              '\(isPaid ? "portal" : "auto_topup")', 'card', '\(status)', 'pi_1', 'ch_1', \(isPaid ? "now()" : "NULL"));
            INSERT INTO app.credit_auto_topup (tenant_id, client_id, threshold, amount, currency, monthly_cap, status)
            VALUES (\(tenant), '\(id)', 100000000, 1000, 'usd', 5000, '\(order)')
            """)
        if isPaid {
            try await fixture.sql(
                """
                INSERT INTO app.credit_entry (tenant_id, id, client_id, seq, balance_after, kind, amount, source_kind,
                  source_id) VALUES (\(tenant), gen_random_uuid(), '\(id)', 0, 0, 'purchase', 2500000000,
                  'payment_intent', 'pi_1')
                """)
        }
        return (fixture, client)
    }

    private func balance(_ fixture: HandlerFixture) async throws -> String? {
        try await fixture.value("SELECT balance_after FROM app.credit_entry ORDER BY seq DESC LIMIT 1")
    }

    private func purchases(_ fixture: HandlerFixture) async throws -> String? {
        try await fixture.value("SELECT count(*) FROM app.credit_purchase")
    }

    /// Stripe shows the payment so, and a look is taken.
    private func look(_ fixture: HandlerFixture, _ client: Client.ID, _ status: String, refunded: Int = 0) async throws
    {
        fixture.stripe.expect(
            "GET /v1/payment_intents/pi_1", 200,
            #"{"id":"pi_1","status":"\#(status)","amount":1000,"amount_received":1000,"currency":"usd","#
                + #""latest_charge":{"id":"ch_1","amount":1000,"amount_refunded":\#(refunded),"payment_intent":"pi_1","#
                + #""balance_transaction":{"id":"txn_1","amount":1000,"fee":59,"net":941,"currency":"usd"}}}"#)
        if refunded > 0 {
            fixture.stripe.expect(
                "GET /v1/refunds", 200,
                StripeObject.list(
                    #"{"id":"re_1","status":"succeeded","amount":\#(refunded),"currency":"usd","payment_intent":"pi_1"}"#
                ))
        }
        let work = RefreshCreditPurchase(purchase: look, client: client, round: 1)
        #expect(try await fixture.run(work, by: RefreshCreditPurchaseHandler()) == .recorded)
    }

    private func tell(_ fixture: HandlerFixture, _ event: String, _ status: String, amount: Int = 1_000) async throws {
        let work = try await fixture.addEvent(event, "charge.dispute.closed", "dispute", "dp_1", customer: nil)
        fixture.stripe.expect(
            "GET /v1/disputes/dp_1", 200,
            #"{"id":"dp_1","status":"\#(status)","reason":"fraudulent","amount":\#(amount),"currency":"usd","#
                + #""payment_intent":"pi_1","charge":{"id":"ch_1","customer":"cus_1"}}"#)
        #expect(try await fixture.run(work, by: ApplyEventHandler()) == .recorded)
    }

    @Test func `V15: money that was given back is not charged again by the standing order`() async throws {
        let (fixture, client) = try await scene()
        try await look(fixture, client, "succeeded", refunded: 1_000)
        #expect(try await balance(fixture) == "0")
        #expect(try await purchases(fixture) == "1", "a refund bought anew")
    }

    @Test func `V15: nobody charges the card of a client that is closed, whatever is still to come`() async throws {
        let (fixture, client) = try await scene(order: "backing_off")
        try await fixture.sql(
            """
            INSERT INTO app.credit_entry (tenant_id, id, client_id, seq, balance_after, kind, amount, source_kind,
              source_id) VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 0, 0, 'usage', -2500000000,
              'usage_event', 'all');
            UPDATE app.client SET access_state = 'closed';
            UPDATE app.credit_auto_topup SET failures = 1, next_try_at = timestamptz '2026-01-01T00:00:00Z'
            """)
        let due = RetryTopUp(client: client, at: Timestamp(seconds: 1_767_225_600))
        #expect(try await fixture.run(due, by: RetryTopUpHandler()) == .recorded)
        #expect(try await purchases(fixture) == "1", "a closed client bought")
    }

    @Test func `V15: a payment that was canceled at Stripe ends its purchase, and the order may buy again`()
        async throws
    {
        let (fixture, client) = try await scene(status: "processing")
        try await look(fixture, client, "canceled")
        #expect(try await fixture.value("SELECT status FROM app.credit_purchase") == "failed")
        #expect(try await fixture.value("SELECT status FROM app.credit_auto_topup") == "backing_off")
    }

    @Test func `V15: a dispute that is lost takes its credits, once; one that is open or won takes none`() async throws
    {
        let (fixture, _) = try await scene()
        try await tell(fixture, "evt_1", "needs_response")
        #expect(try await balance(fixture) == "2500000000")
        try await tell(fixture, "evt_2", "lost")
        #expect(try await balance(fixture) == "0")
        try await tell(fixture, "evt_3", "lost")
        #expect(try await balance(fixture) == "0")
        let last = try await fixture.sql(
            "SELECT kind, source_kind, source_id FROM app.credit_entry ORDER BY seq DESC LIMIT 1")
        #expect(last == [["refund", "dispute", "dp_1"]])
        #expect(try await purchases(fixture) == "1", "a lost dispute bought anew")
    }

    @Test func `V15: what was refunded before is not taken again by a dispute over the rest`() async throws {
        let (fixture, client) = try await scene()
        try await look(fixture, client, "succeeded", refunded: 400)
        #expect(try await balance(fixture) == "1500000000")
        try await tell(fixture, "evt_1", "lost", amount: 1_000)
        #expect(try await balance(fixture) == "0")
    }

    @Test func `a dispute blocks by the tenant's rule, and lets in again when it is won`() async throws {
        let (fixture, _) = try await scene()
        let access = "SELECT access_state FROM app.client"
        try await tell(fixture, "evt_1", "needs_response")
        #expect(try await fixture.value(access) == "active")
        try await fixture.sql("UPDATE app.tenant SET on_dispute = 'block'")
        try await tell(fixture, "evt_2", "under_review")
        #expect(try await fixture.value(access) == "blocked")
        #expect(try await fixture.value("SELECT reason || ' ' || dispute FROM app.access_hold") == "dispute dp_1")
        try await tell(fixture, "evt_3", "won")
        #expect(try await fixture.value(access) == "active")
        #expect(try await fixture.value("SELECT release_kind FROM app.access_hold") == "won")
    }

    @Test func `a hold whose time is over gives its credits back, once, and not what was captured`() async throws {
        let (fixture, client) = try await scene()
        let (open, used) = (CreditHold.ID.new(at: WallClock.system.now()), UUID())
        for (id, status) in [(open.rawValue, "open"), (used, "captured")] {
            try await fixture.sql(
                """
                INSERT INTO app.credit_hold (tenant_id, id, client_id, amount, status, expires_at, ended_at)
                VALUES (\(fixture.tenant.id), '\(id)', '\(client.rawValue)', 500000000, '\(status)', now(),
                  \(status == "open" ? "NULL" : "now()"));
                INSERT INTO app.credit_entry (tenant_id, id, client_id, seq, balance_after, kind, amount, source_kind,
                  source_id) VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 0, 0, 'hold',
                  -500000000, 'hold', '\(id)')
                """)
        }
        for hold in [open, CreditHold.ID(rawValue: used), open] {
            let work = ExpireCreditHold(hold: hold, client: client)
            #expect(try await fixture.run(work, by: ExpireCreditHoldHandler()) == .recorded)
        }
        #expect(try await balance(fixture) == "2000000000")
        let states = try await fixture.sql("SELECT status FROM app.credit_hold ORDER BY status").map { $0[0] }
        #expect(states == ["captured", "expired"])
    }

    @Test func `a standing order stopped by the month's cap goes on when the next month begins`() async throws {
        let (fixture, client) = try await scene(order: "backing_off")
        // Bought this month by the order itself: the cap is reached. Then everything is used.
        try await fixture.sql(
            """
            UPDATE app.credit_purchase SET origin = 'auto_topup';
            UPDATE app.credit_auto_topup SET monthly_cap = 1000, next_try_at = timestamptz '2026-01-01T00:00:00Z';
            INSERT INTO app.credit_entry (tenant_id, id, client_id, seq, balance_after, kind, amount, source_kind,
              source_id) VALUES (\(fixture.tenant.id), gen_random_uuid(), '\(client.rawValue)', 0, 0, 'usage',
              -2500000000, 'usage_event', 'all')
            """)
        let due = RetryTopUp(client: client, at: Timestamp(seconds: 1_767_225_600))
        #expect(try await fixture.run(due, by: RetryTopUpHandler()) == .recorded)
        let order = try await fixture.sql(
            """
            SELECT status, capped_in = to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM') FROM app.credit_auto_topup
            """)
        #expect(order == [["on", "t"]])
        let isNextMonth = try await fixture.value(
            """
            SELECT run_at = (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
              FROM jobq.job
            """)
        #expect(isNextMonth == "t")
        #expect(try await purchases(fixture) == "1")
        // The month is over.
        try await fixture.sql("UPDATE app.credit_purchase SET created_at = created_at - interval '32 days'")
        try await fixture.queue.makeDue()
        let claim = try await fixture.claim(RetryTopUp.self)
        #expect(try await fixture.perform(claim, by: RetryTopUpHandler()) == .recorded)
        #expect(try await purchases(fixture) == "2")
    }
}
