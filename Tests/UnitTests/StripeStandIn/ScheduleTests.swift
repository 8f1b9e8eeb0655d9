import HTTPTypes
import Testing

@testable import StripeStandIn

/// Schedules on a clock: begin later, change by plan, end or let go.
@Suite struct StandInScheduleTests {
    let bench = StandInBench()

    private static let day: Int64 = 86_400
    private static let start = StandInBench.start + 10 * day

    private func schedule(_ customer: String, _ params: [String]) async -> StandInBench.Reply {
        await bench.call("POST", "/v1/subscription_schedules", ["customer=\(customer)"] + params)
    }

    private func get(_ made: StandInBench.Reply) async -> StandInBench.Reply {
        await bench.call("GET", "/v1/subscription_schedules/\(made.id)")
    }

    private func subscription(_ schedule: StandInBench.Reply) async -> StandInBench.Reply {
        await bench.call(
            "GET", "/v1/subscriptions/\(schedule["subscription"].stringValue ?? "")", ["expand[]=latest_invoice"])
    }

    @Test func `a subscription begins on its day, with its coupon, its metadata and its card`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let coupon = await bench.call("POST", "/v1/coupons", ["percent_off=20", "duration=once"])
        let fee = await bench.price(9_900, [])
        let made = await schedule(
            customer,
            [
                "start_date=\(Self.start)", "phases[0][items][0][price]=\(await bench.price())",
                "phases[0][items][0][quantity]=2", "phases[0][discounts][0][coupon]=\(coupon.id)",
                "phases[0][add_invoice_items][0][price]=\(fee)", "phases[0][metadata][tg_id]=s1",
                "phases[0][duration][interval]=month", "phases[0][duration][interval_count]=1", "metadata[tg_id]=sched",
            ])
        #expect(made["status"] == "not_started")
        #expect(made["subscription"] == .null)
        #expect(made["phases.0.end_date"] == .integer(1_773_100_800))
        let listed = await bench.call("GET", "/v1/subscription_schedules", ["customer=\(customer)", "scheduled=true"])
        #expect(listed["data.0.id"].stringValue == made.id)
        await bench.advance(clock, to: Self.start - 1)
        #expect(await get(made)["status"] == "not_started")
        await bench.advance(clock, to: Self.start)
        let active = await get(made)
        #expect(active["status"] == "active")
        #expect(active["current_phase.start_date"] == .integer(Self.start))
        let begun = await subscription(active)
        #expect(begun["status"] == "active")
        #expect(begun["schedule"].stringValue == made.id)
        #expect(begun["metadata"] == ["tg_id": "s1"])
        #expect(begun["start_date"] == .integer(Self.start))
        #expect(begun["latest_invoice.status"] == "draft")
        await bench.advance(clock, to: Self.start + 3_600)
        #expect(await subscription(active)["latest_invoice.status"] == "paid")
        #expect(await subscription(active)["latest_invoice.amount_paid"] == 11_920)
        #expect(
            await bench.call("GET", "/v1/subscription_schedules", ["customer=\(customer)", "scheduled=true"])["data"]
                == [])
    }

    @Test func `after its last phase the subscription goes on, or ends with it`() async {
        for (behavior, status, ended) in [("release", "released", "active"), ("cancel", "completed", "canceled")] {
            let clock = await bench.testClock()
            let made = await schedule(
                await bench.customer(clock: clock),
                [
                    "start_date=\(Self.start)", "end_behavior=\(behavior)",
                    "phases[0][items][0][price]=\(await bench.price())",
                ])
            await bench.advance(clock, to: Self.start + 3_600)
            let begun = await get(made)["subscription"].stringValue ?? ""
            await bench.advance(clock, to: (made["phases.0.end_date"].integerValue ?? 0) + 3_600)
            let over = await get(made)
            #expect(over["status"].stringValue == status)
            let after = await bench.call("GET", "/v1/subscriptions/\(begun)")
            #expect(after["status"].stringValue == ended)
            let invoices = await bench.call("GET", "/v1/invoices", ["subscription=\(begun)"])
            #expect(invoices["data"].arrayValue?.count == (behavior == "release" ? 2 : 1))
            if behavior == "release" {
                #expect(over["released_subscription"].stringValue == begun)
                #expect(after["schedule"] == .null)
            }
        }
        let told = await bench.eventTypes().filter { $0.hasPrefix("subscription_schedule.") }
        #expect(told.contains("subscription_schedule.released") && told.contains("subscription_schedule.completed"))
        #expect(told.contains("subscription_schedule.expiring"))
    }

    @Test func `a phase that begins with a period is what its renewal bills, use of the old one included`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let meter = await bench.call(
            "POST", "/v1/billing/meters", ["display_name=M", "event_name=m", "default_aggregation[formula]=sum"])
        let usage = await bench.price(
            10, ["recurring[interval]=month", "recurring[usage_type]=metered", "recurring[meter]=\(meter.id)"])
        let made = await schedule(
            customer,
            [
                "start_date=now", "phases[0][items][0][price]=\(await bench.price(2_500))",
                "phases[0][items][1][price]=\(usage)", "phases[0][duration][interval]=month",
                "phases[1][items][0][price]=\(await bench.price(4_000))", "phases[1][duration][interval]=month",
            ])
        #expect(made["status"] == "active")
        await bench.call(
            "POST", "/v1/billing/meter_events",
            ["event_name=m", "payload[stripe_customer_id]=\(customer)", "payload[value]=7"])
        let end = made["phases.0.end_date"].integerValue ?? 0
        await bench.advance(clock, to: end + 3_600)
        let second = await subscription(await get(made))
        #expect(
            (second["latest_invoice.lines.data"].arrayValue ?? []).compactMap { $0["amount"]?.integerValue } == [
                4_000, 70,
            ])
        #expect(second["latest_invoice.status"] == "paid")
        #expect(second["items.data"].arrayValue?.count == 1)
        #expect(await get(made)["current_phase.start_date"] == .integer(end))
    }

    @Test func `a phase that begins within a period is prorated`() async {
        let clock = await bench.testClock()
        let made = await schedule(
            await bench.customer(clock: clock),
            [
                "start_date=now", "phases[0][items][0][price]=\(await bench.price(2_800))",
                "phases[0][end_date]=\(StandInBench.start + 14 * Self.day)",
                "phases[1][items][0][price]=\(await bench.price(5_600))",
                "phases[1][proration_behavior]=always_invoice", "phases[1][duration][interval]=year",
            ])
        await bench.advance(clock, to: StandInBench.start + 14 * Self.day)
        let after = await subscription(await get(made))
        #expect(after["latest_invoice.amount_paid"] == 1_400)
        #expect(after["items.data.0.price.unit_amount"] == 5_600)
    }

    @Test func `a schedule around a running subscription, edited and let go`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let price = await bench.price(2_800)
        let running = await bench.call(
            "POST", "/v1/subscriptions", ["customer=\(customer)", "items[0][price]=\(price)"])
        let made = await bench.call("POST", "/v1/subscription_schedules", ["from_subscription=\(running.id)"])
        #expect(made["status"] == "active")
        #expect(made["phases.0.items.0.price"].stringValue == price)
        let refused = await bench.call("POST", "/v1/subscriptions/\(running.id)", ["cancel_at_period_end=true"])
        #expect(refused.message.contains("managed by the subscription schedule"))
        let moved = await bench.call(
            "POST", "/v1/subscription_schedules/\(made.id)",
            [
                "phases[0][start_date]=\(StandInBench.start + 1)", "phases[0][items][0][price]=\(price)",
            ])
        #expect(moved.param == "phases[0][start_date]")
        let edited = await bench.call(
            "POST", "/v1/subscription_schedules/\(made.id)",
            [
                "phases[0][start_date]=\(StandInBench.start)", "phases[0][items][0][price]=\(price)",
                "phases[0][end_date]=\(made["phases.0.end_date"].integerValue ?? 0)",
                "phases[1][items][0][price]=\(await bench.price(5_600))", "phases[1][duration][interval]=month",
            ])
        #expect(edited["phases"].arrayValue?.count == 2)
        await bench.advance(clock, to: (made["phases.0.end_date"].integerValue ?? 0) + 3_600)
        #expect(await subscription(await get(made))["latest_invoice.amount_paid"] == 5_600)
        let released = await bench.call("POST", "/v1/subscription_schedules/\(made.id)/release")
        #expect(released["status"] == "released")
        #expect(await bench.call("POST", "/v1/subscription_schedules/\(made.id)/release").status == 400)
    }

    @Test func `one not begun is moved and canceled; one begun is canceled with its subscription`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let price = await bench.price(2_800)
        let made = await schedule(customer, ["start_date=\(Self.start)", "phases[0][items][0][price]=\(price)"])
        let moved = await bench.call(
            "POST", "/v1/subscription_schedules/\(made.id)",
            ["phases[0][start_date]=\(Self.start + Self.day)", "phases[0][items][0][price]=\(price)"])
        #expect(moved["phases.0.start_date"] == .integer(Self.start + Self.day))
        let canceled = await bench.call("POST", "/v1/subscription_schedules/\(made.id)/cancel")
        #expect(canceled["status"] == "canceled")
        let second = await schedule(customer, ["start_date=now", "phases[0][items][0][price]=\(price)"])
        await bench.advance(clock, to: StandInBench.start + 14 * Self.day)
        await bench.call("POST", "/v1/subscription_schedules/\(second.id)/cancel")
        #expect(await subscription(second)["status"] == "canceled")
        #expect(await subscription(second)["latest_invoice.total"] == -1_400)
    }

    @Test func `what a phase names must be there`() async {
        let customer = await bench.customer()
        let unknown = await schedule(customer, ["phases[0][items][0][price]=price_none"])
        #expect(unknown.param == "phases[0][items][0][price]")
        let taxed = await schedule(
            customer,
            ["phases[0][items][0][price]=\(await bench.price())", "default_settings[automatic_tax][enabled]=true"])
        #expect(taxed.code == "stripe_tax_inactive")
        #expect(await bench.call("GET", "/v1/subscription_schedules", ["customer=\(customer)"])["data"] == [])
    }
}
