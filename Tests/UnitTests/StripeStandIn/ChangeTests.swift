import HTTPTypes
import Testing

@testable import StripeStandIn

/// Changes of running subscriptions, to the cent. The first period has 28 days: 31 January to 28 February.
@Suite struct StandInChangeTests {
    let bench = StandInBench()

    private static let day: Int64 = 86_400
    private static let half = StandInBench.start + 14 * day
    private static let end = StandInBench.start + 28 * day

    /// A subscription on a clock that stands at the middle of its first period.
    private func halfway(
        _ price: String, _ more: [String] = [], card: String = "pm_card_visa"
    ) async -> (sub: StandInBench.Reply, clock: String, customer: String) {
        let clock = await bench.testClock()
        let customer = await bench.customer(card, clock: clock)
        let made = await subscribe(customer, [price], more)
        await bench.advance(clock, to: Self.half)
        return (made, clock, customer)
    }

    private func subscribe(_ customer: String, _ prices: [String], _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/subscriptions",
            ["customer=\(customer)", "payment_behavior=error_if_incomplete"]
                + prices.enumerated().map { "items[\($0.offset)][price]=\($0.element)" } + more)
    }

    private func item(_ sub: StandInBench.Reply) -> String { sub["items.data.0.id"].stringValue ?? "" }

    @discardableResult
    private func change(_ sub: StandInBench.Reply, _ params: [String]) async -> StandInBench.Reply {
        await bench.call("POST", "/v1/subscriptions/\(sub.id)", params + ["expand[]=latest_invoice"])
    }

    private func invoice(_ sub: String) async -> StandInBench.Reply {
        let sub = await bench.call("GET", "/v1/subscriptions/\(sub)")
        return await bench.call("GET", "/v1/invoices/\(sub["latest_invoice"].stringValue ?? "")")
    }

    private func amounts(_ invoice: StandInBench.Reply) -> [Int64] {
        (invoice["lines.data"].arrayValue ?? []).compactMap { $0["amount"]?.integerValue }
    }

    private func decline(_ customer: String) async {
        let bad = await bench.call(
            "POST", "/v1/payment_methods/pm_card_chargeCustomerFail/attach", ["customer=\(customer)"])
        await bench.call("POST", "/v1/customers/\(customer)", ["invoice_settings[default_payment_method]=\(bad.id)"])
    }

    // MARK: Prorations

    @Test func `a higher price at once costs half of the difference`() async {
        let (sub, _, _) = await halfway(await bench.price(2_800))
        let after = await change(
            sub,
            [
                "items[0][id]=\(item(sub))", "items[0][price]=\(await bench.price(5_600))",
                "proration_behavior=always_invoice",
            ])
        #expect(after["latest_invoice.status"] == "paid")
        #expect(after["latest_invoice.amount_paid"] == 1_400)
        #expect(after["latest_invoice.billing_reason"] == "subscription_update")
        let lines = after["latest_invoice.lines.data"].arrayValue ?? []
        #expect(lines.map { $0["amount"] } == [-1_400, 2_800])
        #expect(lines[0]["description"] == "Unused time on Voice after 14 Feb 2026")
        #expect(lines[0]["parent"]?["invoice_item_details"]?["proration"] == true)
        #expect(after["items.data.0.current_period_end"] == .integer(Self.end))
    }

    @Test(arguments: [("create_prorations", [5_600, -1_400, 2_800]), ("none", [5_600])] as [(String, [Int64])])
    func `prorations wait for the renewal, or are not made`(_ behavior: String, _ expected: [Int64]) async {
        let (sub, clock, customer) = await halfway(await bench.price(2_800))
        await change(sub, ["items[0][id]=\(item(sub))", "items[0][quantity]=2", "proration_behavior=\(behavior)"])
        #expect(
            await bench.call("GET", "/v1/invoiceitems", ["customer=\(customer)", "pending=true"])["data"].arrayValue?
                .count == expected.count - 1)
        await bench.advance(clock, to: Self.end + 3_600)
        #expect(amounts(await invoice(sub.id)) == expected)
        #expect(await invoice(sub.id)["amount_paid"] == .integer(expected.reduce(0, +)))
    }

    @Test func `a discount is in both halves; a day given is the day reckoned from`() async {
        let coupon = await bench.call("POST", "/v1/coupons", ["percent_off=50", "duration=forever"])
        let (sub, _, _) = await halfway(await bench.price(2_800), ["discounts[0][coupon]=\(coupon.id)"])
        let after = await change(
            sub,
            [
                "items[0][id]=\(item(sub))", "items[0][quantity]=2", "proration_behavior=always_invoice",
                "proration_date=\(StandInBench.start + 7 * Self.day)",
            ])
        // Three quarters of 1400 back, three quarters of 2800 owed.
        #expect((after["latest_invoice.lines.data"].arrayValue ?? []).map { $0["amount"] } == [-1_050, 2_100])
        #expect(after["latest_invoice.total"] == 1_050)
        let outside = await change(
            sub, ["items[0][id]=\(item(sub))", "items[0][quantity]=3", "proration_date=\(StandInBench.start - 1)"])
        #expect(outside.param == "proration_date")
    }

    @Test func `an item added and an item removed`() async {
        let (sub, _, _) = await halfway(await bench.price(2_800))
        let second = await bench.price(1_400)
        let more = await change(sub, ["items[0][price]=\(second)", "proration_behavior=always_invoice"])
        #expect(more["latest_invoice.amount_paid"] == 700)
        #expect(more["items.data.1.current_period_end"] == .integer(Self.end))
        let id = more["items.data.1.id"].stringValue ?? ""
        let less = await change(
            sub, ["items[0][id]=\(id)", "items[0][deleted]=true", "proration_behavior=always_invoice"])
        #expect(less["latest_invoice.total"] == -700)
        #expect(less["items.data"].arrayValue?.count == 1)
        let customer = await bench.call("GET", "/v1/customers/\(sub["customer"].stringValue ?? "")")
        #expect(customer["balance"] == -700)
    }

    // MARK: The cycle

    @Test func `a yearly price begins a new cycle and takes the unused half back`() async {
        let (sub, _, _) = await halfway(await bench.price(2_800))
        let yearly = await bench.price(28_000, ["recurring[interval]=year"])
        let after = await change(sub, ["items[0][id]=\(item(sub))", "items[0][price]=\(yearly)"])
        #expect(after["latest_invoice.amount_paid"] == 26_600)
        #expect(after["billing_cycle_anchor"] == .integer(Self.half))
        #expect(after["items.data.0.current_period_start"] == .integer(Self.half))
        #expect(after["items.data.0.current_period_end"] == .integer(Self.half + 365 * Self.day))
    }

    @Test func `the cycle begins now when told to`() async {
        let (sub, clock, _) = await halfway(await bench.price(2_800))
        let after = await change(sub, ["billing_cycle_anchor[type]=now", "proration_behavior=none"])
        #expect(after["latest_invoice.amount_paid"] == 2_800)
        #expect(after["items.data.0.current_period_end"] == .integer(Self.half + 28 * Self.day))
        await bench.advance(clock, to: Self.half + 28 * Self.day + 3_600)
        #expect(await invoice(sub.id)["amount_paid"] == 2_800)
    }

    @Test func `a trial that ends now is paid now, one that is longer later`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let price = await bench.price(2_800)
        let first = await subscribe(customer, [price], ["trial_period_days=10"])
        let ended = await change(first, ["trial_end=now"])
        #expect(ended["status"] == "active")
        #expect(ended["latest_invoice.amount_paid"] == 2_800)
        let second = await subscribe(customer, [price], ["trial_period_days=10"])
        let later = StandInBench.start + 20 * Self.day
        let longer = await change(second, ["trial_end=\(later)"])
        #expect(longer["status"] == "trialing")
        #expect(longer["items.data.0.current_period_end"] == .integer(later))
        await bench.advance(clock, to: later + 3_600)
        #expect(await bench.eventTypes().contains("customer.subscription.trial_will_end"))
        #expect(await bench.call("GET", "/v1/subscriptions/\(second.id)")["status"] == "active")
        #expect(await invoice(second.id)["amount_paid"] == 2_800)
    }

    // MARK: Payment

    @Test func `an update that must be paid at once and cannot be leaves no trace`() async {
        let (sub, _, customer) = await halfway(await bench.price(2_800))
        await decline(customer)
        let events = await bench.eventTypes().count
        let refused = await change(
            sub,
            [
                "items[0][id]=\(item(sub))", "items[0][quantity]=2", "proration_behavior=always_invoice",
                "payment_behavior=error_if_incomplete",
            ])
        #expect(refused.status == 402)
        let after = await bench.call("GET", "/v1/subscriptions/\(sub.id)")
        #expect(after["items.data.0.quantity"] == 1)
        #expect(after["status"] == "active")
        #expect(await bench.call("GET", "/v1/invoices", ["subscription=\(sub.id)"])["data"].arrayValue?.count == 1)
        #expect(await bench.eventTypes().count == events)
    }

    @Test(arguments: [true, false]) func `an update waits for its payment, or for a day`(_ pays: Bool) async {
        let (sub, clock, customer) = await halfway(await bench.price(2_800))
        await decline(customer)
        let waiting = await change(
            sub,
            [
                "items[0][id]=\(item(sub))", "items[0][quantity]=2", "proration_behavior=always_invoice",
                "payment_behavior=pending_if_incomplete",
            ])
        #expect(waiting["status"] == "active")
        #expect(waiting["items.data.0.quantity"] == 1)
        #expect(waiting["pending_update.subscription_items.0.quantity"] == 2)
        #expect(waiting["pending_update.expires_at"] == .integer(Self.half + 23 * 3_600))
        let owed = waiting["latest_invoice.id"].stringValue ?? ""
        if pays {
            let good = await bench.call("POST", "/v1/payment_methods/pm_card_visa/attach", ["customer=\(customer)"])
            await bench.call("POST", "/v1/invoices/\(owed)/pay", ["payment_method=\(good.id)"])
        } else {
            await bench.advance(clock, to: Self.half + 23 * 3_600)
        }
        let after = await bench.call("GET", "/v1/subscriptions/\(sub.id)")
        #expect(after["pending_update"] == .null)
        #expect(after["items.data.0.quantity"] == (pays ? 2 : 1))
        #expect(await bench.call("GET", "/v1/invoices/\(owed)")["status"] == (pays ? "paid" : "void"))
        #expect(
            await bench.eventTypes().contains(
                "customer.subscription.pending_update_\(pays ? "applied" : "expired")"))
    }

    @Test func `an update may leave the subscription past due`() async {
        let (sub, _, customer) = await halfway(await bench.price(2_800))
        await decline(customer)
        let after = await change(
            sub, ["items[0][id]=\(item(sub))", "items[0][quantity]=2", "proration_behavior=always_invoice"])
        #expect(after["status"] == "past_due")
        #expect(after["items.data.0.quantity"] == 2)
    }

    // MARK: The beginning and the end

    @Test func `an end at once may give the unused half back`() async {
        let (sub, _, customer) = await halfway(await bench.price(2_800))
        await bench.call("DELETE", "/v1/subscriptions/\(sub.id)", ["prorate=true", "invoice_now=true"])
        #expect(await invoice(sub.id)["total"] == -1_400)
        #expect(await bench.call("GET", "/v1/customers/\(customer)")["balance"] == -1_400)
        // The credit pays for the next one.
        let next = await subscribe(customer, [await bench.price(2_000)], ["expand[]=latest_invoice"])
        #expect(next["latest_invoice.amount_paid"] == 600)
    }

    @Test func `a beginning in the past is billed with the first period`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        // From 17 December: one month to 17 January, and 14 of 31 days.
        let made = await subscribe(
            customer, [await bench.price(3_100)],
            ["backdate_start_date=\(StandInBench.start - 45 * Self.day)", "expand[]=latest_invoice"])
        #expect((made["latest_invoice.lines.data"].arrayValue ?? []).map { $0["amount"] } == [4_500, 3_100])
        #expect(made["start_date"] == .integer(StandInBench.start - 45 * Self.day))
        #expect(made["billing_cycle_anchor"] == .integer(StandInBench.start))
    }

    @Test func `set-up fees come with the first invoice`() async {
        let fee = await bench.price(9_900, [])
        let customer = await bench.customer()
        let made = await subscribe(
            customer, [await bench.price(2_500)], ["add_invoice_items[0][price]=\(fee)", "expand[]=latest_invoice"])
        #expect(made["latest_invoice.amount_paid"] == 12_400)
        let refused = await subscribe(
            customer, [await bench.price(2_500)], ["add_invoice_items[0][price]=\(await bench.price())"])
        #expect(refused.param == "add_invoice_items[0][price]")
    }

    @Test func `a metered price that changes bills what was used at the old one`() async {
        let meter = await bench.call(
            "POST", "/v1/billing/meters", ["display_name=M", "event_name=m", "default_aggregation[formula]=sum"])
        let terms = ["recurring[interval]=month", "recurring[usage_type]=metered", "recurring[meter]=\(meter.id)"]
        let (sub, clock, customer) = await halfway(await bench.price(10, terms))
        await use(customer, 5, at: Self.half - 1)
        await change(sub, ["items[0][id]=\(item(sub))", "items[0][price]=\(await bench.price(20, terms))"])
        await use(customer, 3, at: Self.half)
        await bench.advance(clock, to: Self.end + 3_600)
        #expect(amounts(await invoice(sub.id)).sorted() == [50, 60])
    }

    private func use(_ customer: String, _ value: Int, at moment: Int64) async {
        await bench.call(
            "POST", "/v1/billing/meter_events",
            [
                "event_name=m", "payload[stripe_customer_id]=\(customer)", "payload[value]=\(value)",
                "timestamp=\(moment)",
            ])
    }
}
