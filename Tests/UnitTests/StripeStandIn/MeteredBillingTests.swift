import HTTPTypes
import Testing

@testable import StripeStandIn

/// Use of meters on the invoices of subscriptions, to the cent.
@Suite struct StandInMeteredBillingTests {
    let bench = StandInBench()

    private static let day: Int64 = 86_400

    /// A metered monthly price on a meter of its own.
    private func metered(_ name: String, _ more: [String], formula: String = "sum") async -> String {
        let meter = await bench.call(
            "POST", "/v1/billing/meters",
            ["display_name=\(name)", "event_name=\(name)", "default_aggregation[formula]=\(formula)"])
        let product = await bench.call("POST", "/v1/products", ["name=\(name)"])
        return await bench.call(
            "POST", "/v1/prices",
            [
                "product=\(product.id)", "currency=usd", "recurring[interval]=month", "recurring[usage_type]=metered",
                "recurring[meter]=\(meter.id)",
            ] + more
        ).id
    }

    private func use(_ name: String, _ customer: String, _ value: Int, at moment: Int64) async {
        let taken = await bench.call(
            "POST", "/v1/billing/meter_events",
            [
                "event_name=\(name)", "payload[stripe_customer_id]=\(customer)", "payload[value]=\(value)",
                "timestamp=\(moment)",
            ])
        #expect(taken.status == 200, "\(taken.message)")
    }

    private func subscribe(_ customer: String, _ prices: [String], _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/subscriptions",
            ["customer=\(customer)", "payment_behavior=error_if_incomplete"]
                + prices.enumerated().map { "items[\($0.offset)][price]=\($0.element)" } + more)
    }

    private func newest(_ subscription: String) async -> StandInBench.Reply {
        let sub = await bench.call("GET", "/v1/subscriptions/\(subscription)")
        return await bench.call("GET", "/v1/invoices/\(sub["latest_invoice"].stringValue ?? "")")
    }

    private func lines(_ invoice: StandInBench.Reply) -> [[Int64]] {
        (invoice["lines.data"].arrayValue ?? []).map {
            [$0["quantity"]?.integerValue ?? -1, $0["amount"]?.integerValue ?? -1]
        }
    }

    @Test func `one invoice has the base of the new period and the use of the one before`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let usage = await metered("minutes", ["unit_amount=5"])
        let made = await subscribe(customer, [await bench.price(), usage])
        let first = await newest(made.id)
        #expect(first["amount_paid"] == 2_500)
        #expect(lines(first) == [[1, 2_500]])
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        for (minutes, moment) in [(10, 1), (20, 2), (30, 3)] {
            await use("minutes", customer, minutes, at: StandInBench.start + Int64(moment))
        }
        await bench.advance(clock, to: end + 60)
        let draft = await newest(made.id)
        #expect(draft["status"] == "draft")
        #expect(lines(draft) == [[1, 2_500], [60, 300]])
        #expect(draft["lines.data.0.period.start"] == .integer(end))
        #expect(draft["lines.data.1.period.start"] == .integer(StandInBench.start))
        #expect(draft["lines.data.1.period.end"] == .integer(end))
        // What was used before the end counts as long as the draft stands; what was used after it does not.
        await use("minutes", customer, 7, at: end - 1)
        await use("minutes", customer, 1_000, at: end)
        #expect(await newest(made.id)["total"] == 2_835)
        await bench.advance(clock, to: end + 3_600)
        let paid = await newest(made.id)
        #expect(paid["status"] == "paid")
        #expect(paid["amount_paid"] == 2_835)
        #expect(lines(paid) == [[1, 2_500], [67, 335]])
        let next = (await bench.call("GET", "/v1/subscriptions/\(made.id)"))["items.data.0.current_period_end"]
        await bench.advance(clock, to: (next.integerValue ?? 0) + 3_600)
        #expect(lines(await newest(made.id)) == [[1, 2_500], [1_000, 5_000]])
    }

    @Test(
        arguments: [
            ("volume", 12, 4_800), ("volume", 10, 5_000), ("graduated", 12, 5_800), ("graduated", 0, 0),
        ] as [(String, Int, Int64)])
    func `tiers of use: five dollars to ten, four from eleven`(_ mode: String, _ used: Int, _ amount: Int64) async {
        let price = await metered(
            "tiered",
            [
                "billing_scheme=tiered", "tiers_mode=\(mode)", "tiers[0][up_to]=10", "tiers[0][unit_amount]=500",
                "tiers[1][up_to]=inf", "tiers[1][unit_amount]=400",
            ])
        #expect(await billed(price, "tiered", used) == [[Int64(used), amount]])
    }

    @Test(
        arguments: [
            (["unit_amount=300", "transform_quantity[divide_by]=100", "transform_quantity[round]=up"], 250, 900),
            (["unit_amount=300", "transform_quantity[divide_by]=100", "transform_quantity[round]=down"], 250, 600),
            (["unit_amount_decimal=0.083333333333"], 90, 7), (["unit_amount_decimal=0.4"], 2_500, 1_000),
            (["unit_amount_decimal=0.5"], 1, 1),
            (
                [
                    "billing_scheme=tiered", "tiers_mode=graduated", "tiers[0][up_to]=100", "tiers[0][unit_amount]=0",
                    "tiers[0][flat_amount]=2500", "tiers[1][up_to]=inf", "tiers[1][unit_amount]=10",
                ], 130, 2_800
            ),
        ] as [([String], Int, Int64)])
    func `one line, rounded once`(_ terms: [String], _ used: Int, _ amount: Int64) async {
        #expect(await billed(await metered("units", terms), "units", used) == [[Int64(used), amount]])
    }

    private func billed(_ price: String, _ name: String, _ used: Int) async -> [[Int64]] {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let made = await subscribe(customer, [price])
        #expect(made["latest_invoice"] == .null)
        if used != 0 { await use(name, customer, used, at: StandInBench.start + 60) }
        await bench.advance(clock, to: (made["items.data.0.current_period_end"].integerValue ?? 0) + 3_600)
        return lines(await newest(made.id))
    }

    @Test func `a count counts and a last value is the last; corrections below nothing bill nothing`() async {
        let counted = await metered("calls", ["unit_amount=100"], formula: "count")
        #expect(await billed(counted, "calls", 70) == [[1, 100]])
        let last = await metered("seats", ["unit_amount=100"], formula: "last")
        #expect(await billed(last, "seats", 4) == [[4, 400]])
        let sum = await metered("sums", ["unit_amount=100"])
        #expect(await billed(sum, "sums", -4) == [[0, 0]])
    }

    @Test func `a planned end bills what was used, an end at once only when it is told to`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let usage = await metered("minutes", ["unit_amount=5"])
        let made = await subscribe(customer, [await bench.price(), usage], ["cancel_at_period_end=true"])
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await use("minutes", customer, 40, at: StandInBench.start + 1)
        await bench.advance(clock, to: end + 3_600)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["status"] == "canceled")
        let last = await newest(made.id)
        #expect(last["status"] == "paid")
        #expect(lines(last) == [[40, 200]])
        let second = await subscribe(customer, [usage])
        await use("minutes", customer, 10, at: end + 3_600)
        await bench.advance(clock, to: end + 2 * Self.day)
        await bench.call("DELETE", "/v1/subscriptions/\(second.id)", ["invoice_now=true"])
        let now = await newest(second.id)
        #expect(now["status"] == "paid")
        #expect(lines(now) == [[10, 50]])
        let third = await subscribe(customer, [usage])
        await use("minutes", customer, 10, at: end + 2 * Self.day + 1)
        await bench.call("DELETE", "/v1/subscriptions/\(third.id)")
        #expect(await bench.call("GET", "/v1/subscriptions/\(third.id)")["latest_invoice"] == .null)
    }

    @Test func `the agency's example: three agents, one subscription, twenty-eight dollars`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let usage = await metered(
            "seconds", ["unit_amount=5", "transform_quantity[divide_by]=60", "transform_quantity[round]=up"])
        let made = await subscribe(customer, [await bench.price(), usage])
        for minutes in [10, 20, 30] {
            await use("seconds", customer, minutes * 60, at: StandInBench.start + Int64(minutes))
        }
        await bench.advance(clock, to: (made["items.data.0.current_period_end"].integerValue ?? 0) + 3_600)
        #expect(await newest(made.id)["amount_paid"] == 2_800)
    }

    @Test(
        arguments: [
            (["currency=kwd", "unit_amount=1005"], "unit_amount"),
            (["currency=isk", "unit_amount=1050"], "unit_amount"),
            (["currency=ugx", "unit_amount=99"], "unit_amount"),
        ])
    func `F22: amounts a currency has no coin for are refused`(_ terms: [String], _ param: String) async {
        let product = await bench.call("POST", "/v1/products", ["name=Coins"])
        #expect(await bench.call("POST", "/v1/prices", ["product=\(product.id)"] + terms).param == param)
        #expect(
            await bench.call("POST", "/v1/prices", ["product=\(product.id)", "currency=kwd", "unit_amount=1010"]).status
                == 200)
        #expect(
            PriceMath.amount(of: ["currency": "kwd", "unit_amount_decimal": "3.5"], quantity: 5) == 20)
    }

    @Test func `a price needs an active meter`() async {
        let meter = await bench.call(
            "POST", "/v1/billing/meters",
            ["display_name=M", "event_name=gone", "default_aggregation[formula]=sum"])
        await bench.call("POST", "/v1/billing/meters/\(meter.id)/deactivate")
        let product = await bench.call("POST", "/v1/products", ["name=P"])
        let terms = [
            "product=\(product.id)", "currency=usd", "unit_amount=1", "recurring[interval]=month",
            "recurring[usage_type]=metered",
        ]
        #expect(await bench.call("POST", "/v1/prices", terms).param == "recurring[meter]")
        #expect(
            await bench.call("POST", "/v1/prices", terms + ["recurring[meter]=\(meter.id)"]).param == "recurring[meter]"
        )
    }
}
