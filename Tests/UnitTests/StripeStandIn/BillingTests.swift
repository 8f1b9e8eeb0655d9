import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Subscriptions and invoices in the course of time.
@Suite struct StandInBillingTests {
    let bench = StandInBench()

    private func subscribe(_ customer: String, _ price: String, _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/subscriptions",
            ["customer=\(customer)", "items[0][price]=\(price)", "payment_behavior=error_if_incomplete"] + more)
    }

    private func invoices(_ subscription: String) async -> [JSON] {
        (await bench.call("GET", "/v1/invoices", ["subscription=\(subscription)", "limit=100"]))["data"].arrayValue
            ?? []
    }

    @Test func `a first payment in Stripe's order of events`() async {
        let price = await bench.price()
        let customer = await bench.customer()
        let before = await bench.eventTypes().count
        let made = await subscribe(customer, price)
        #expect(made["status"] == "active")
        let told = Array(await bench.eventTypes().dropFirst(before)).filter { $0 != "customer.updated" }
        #expect(
            told == [
                "customer.subscription.created", "invoice.created", "payment_intent.created", "invoice.finalized",
                "charge.succeeded", "payment_intent.succeeded", "invoice.paid", "invoice.payment_succeeded",
                "invoice_payment.paid", "customer.subscription.updated",
            ])
    }

    @Test func `months are counted from the anchor, so a 31st comes back`() async {
        let clock = await bench.testClock()
        let made = await subscribe(await bench.customer(clock: clock), await bench.price())
        var ends: [Int64] = []
        for _ in 0..<3 {
            let now = await bench.call("GET", "/v1/subscriptions/\(made.id)")
            let end = now["items.data.0.current_period_end"].integerValue ?? 0
            ends.append(end)
            await bench.advance(clock, to: end + 7_200)
        }
        // 2026-02-28, 03-31, 04-30
        #expect(ends == [1_772_236_800, 1_774_915_200, 1_777_507_200])
        let all = await invoices(made.id)
        #expect(all.count == 4)
        #expect(all.allSatisfy { $0["status"] == "paid" && $0["amount_paid"] == 2_500 })
    }

    @Test func `a renewal is a draft for an hour`() async {
        let clock = await bench.testClock()
        let made = await subscribe(await bench.customer(clock: clock), await bench.price())
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.advance(clock, to: end + 3_599)
        #expect((await invoices(made.id)).first?["status"] == "draft")
        await bench.advance(clock, to: end + 3_600)
        #expect((await invoices(made.id)).first?["status"] == "paid")
    }

    @Test func `G5: a card that declines is tried again, then the subscription is canceled for non-payment`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let made = await subscribe(customer, await bench.price())
        await declineFromNowOn(customer)
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.advance(clock, to: end + 3_600)
        let owed = (await invoices(made.id))[0]
        #expect(owed["status"] == "open")
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "past_due")
        var moment = end + 3_600
        for (attempt, days) in [Int64(3), 5, 7, 7].enumerated() {
            let invoice = await bench.call("GET", "/v1/invoices/\(owed["id"]?.stringValue ?? "")")
            #expect(invoice["attempt_count"] == .integer(Int64(attempt + 1)))
            #expect(invoice["next_payment_attempt"] == .integer(moment + days * 86_400))
            moment += days * 86_400
            await bench.advance(clock, to: moment)
        }
        let after = await bench.call("GET", "/v1/subscriptions/\(made.id)")
        #expect(after["status"] == "canceled")
        #expect(after["cancellation_details.reason"] == "payment_failed")
        let invoice = await bench.call("GET", "/v1/invoices/\(owed["id"]?.stringValue ?? "")")
        #expect(invoice["status"] == "open")
        #expect(invoice["next_payment_attempt"] == .null)
        #expect(invoice["attempt_count"] == 5)
        let told = await bench.eventTypes().filter {
            $0 == "invoice.payment_failed" || $0 == "customer.subscription.deleted"
        }
        #expect(told == Array(repeating: "invoice.payment_failed", count: 5) + ["customer.subscription.deleted"])
    }

    @Test(arguments: [("unpaid", "unpaid"), ("past_due", "past_due"), ("cancel", "canceled")])
    func `F14: the end after the last retry is the account's setting`(_ outcome: String, _ status: String) async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let account = await bench.call("GET", "/v1/account").id
        await bench.control("POST", "accounts/\(account)", ["final_outcome": .string(outcome), "retry_days": [1]])
        let made = await subscribe(customer, await bench.price())
        await declineFromNowOn(customer)
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.advance(clock, to: end + 2 * 86_400)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"].stringValue == status)
    }

    @Test func `a payment after a decline makes the subscription active again`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let made = await subscribe(customer, await bench.price())
        await declineFromNowOn(customer)
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.advance(clock, to: end + 3_600)
        let invoice = (await invoices(made.id))[0]["id"]?.stringValue ?? ""
        let good = await bench.call("POST", "/v1/payment_methods/pm_card_visa/attach", ["customer=\(customer)"])
        #expect(
            await bench.call("POST", "/v1/invoices/\(invoice)/pay", ["payment_method=\(good.id)"])["status"] == "paid")
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "active")
    }

    @Test func `F11: without a card nothing is made, or it is incomplete and dies after 23 hours`() async {
        let price = await bench.price()
        let customer = await bench.customer(nil)
        let refused = await subscribe(customer, price)
        #expect(refused.status == 400)
        #expect(refused.message.contains("no attached payment source"))
        let made = await bench.call(
            "POST", "/v1/subscriptions",
            ["customer=\(customer)", "items[0][price]=\(price)", "payment_behavior=default_incomplete"])
        #expect(made["status"] == "incomplete")
        await bench.pass(23 * 3_600 - 1)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "incomplete")
        await bench.pass(1)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "incomplete_expired")
    }

    @Test func `F11: a subscription of usage only is active without a card and without an invoice`() async {
        let meter = await bench.call(
            "POST", "/v1/billing/meters",
            ["display_name=M", "event_name=m", "default_aggregation[formula]=sum"])
        let price = await bench.price(
            5, ["recurring[interval]=month", "recurring[usage_type]=metered", "recurring[meter]=\(meter.id)"])
        let made = await subscribe(await bench.customer(nil), price)
        #expect(made["status"] == "active")
        #expect(made["latest_invoice"] == .null)
    }

    @Test func `a declined card leaves nothing behind when the answer is an error`() async {
        let price = await bench.price()
        let customer = await bench.customer("pm_card_chargeCustomerFail")
        let refused = await subscribe(customer, price)
        #expect(refused.status == 402)
        #expect(refused["error.decline_code"] == "generic_decline")
        for path in ["/v1/subscriptions", "/v1/invoices", "/v1/payment_intents"] {
            let params =
                path == "/v1/subscriptions" ? ["customer=\(customer)", "status=all"] : ["customer=\(customer)"]
            #expect(await bench.call("GET", path, params)["data"] == [])
        }
    }

    @Test func `cancel at the end of the period, and now`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let price = await bench.price()
        let made = await subscribe(customer, price)
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.call("POST", "/v1/subscriptions/\(made.id)", ["cancel_at_period_end=true"])
        await bench.advance(clock, to: end)
        let ended = await bench.call("GET", "/v1/subscriptions/\(made.id)")
        #expect(ended["status"] == "canceled")
        #expect(ended["ended_at"] == .integer(end))
        #expect(await invoices(made.id).count == 1)
        let second = await subscribe(customer, price)
        #expect(await bench.call("DELETE", "/v1/subscriptions/\(second.id)")["status"] == "canceled")
        #expect(await bench.call("DELETE", "/v1/subscriptions/\(second.id)").status == 404)
    }

    @Test func `the real clock renews too`() async {
        let made = await subscribe(await bench.customer(), await bench.price())
        await bench.pass(35 * 86_400)
        let all = await invoices(made.id)
        #expect(all.count == 2)
        #expect(all[0]["status"] == "paid")
        #expect(all[0]["created"] == made["items.data.0.current_period_end"])
    }

    @Test func `a trial ends in a first payment`() async {
        let clock = await bench.testClock()
        let made = await subscribe(await bench.customer(clock: clock), await bench.price(), ["trial_period_days=7"])
        #expect(made["status"] == "trialing")
        await bench.advance(clock, to: StandInBench.start + 7 * 86_400 + 3_600)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "active")
        #expect(await invoices(made.id).map { $0["amount_paid"] } == [2_500, 0])
    }

    @Test func `a test clock goes at most two intervals ahead, and only forward`() async {
        let clock = await bench.testClock()
        _ = await subscribe(await bench.customer(clock: clock), await bench.price())
        let far = await bench.call(
            "POST", "/v1/test_helpers/test_clocks/\(clock)/advance", ["frozen_time=\(StandInBench.start + 63 * 86_400)"]
        )
        #expect(far.param == "frozen_time")
        let back = await bench.call(
            "POST", "/v1/test_helpers/test_clocks/\(clock)/advance", ["frozen_time=\(StandInBench.start - 1)"])
        #expect(back.status == 400)
    }

    @Test func `a test clock that advances later says so meanwhile`() async {
        let bench = StandInBench { $0.advancesLater = true }
        let clock = await bench.testClock()
        await bench.advance(clock, to: StandInBench.start + 60)
        #expect(await bench.call("GET", "/v1/test_helpers/test_clocks/\(clock)")["status"] == "advancing")
        await bench.pass(1)
        let ready = await bench.call("GET", "/v1/test_helpers/test_clocks/\(clock)")
        #expect(ready["status"] == "ready")
        #expect(ready["frozen_time"] == .integer(StandInBench.start + 60))
    }

    private func declineFromNowOn(_ customer: String) async {
        let bad = await bench.call(
            "POST", "/v1/payment_methods/pm_card_chargeCustomerFail/attach", ["customer=\(customer)"])
        await bench.call("POST", "/v1/customers/\(customer)", ["invoice_settings[default_payment_method]=\(bad.id)"])
    }
}
