import HTTPTypes
import Testing

@testable import StripeStandIn

/// Coupons and promotion codes at work.
@Suite struct StandInDiscountTests {
    let bench = StandInBench()

    private func coupon(_ params: [String]) async -> String { await bench.call("POST", "/v1/coupons", params).id }

    private func subscribe(_ customer: String, _ prices: [String], _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/subscriptions",
            ["customer=\(customer)", "payment_behavior=error_if_incomplete", "expand[]=latest_invoice"]
                + prices.enumerated().map { "items[\($0.offset)][price]=\($0.element)" } + more)
    }

    @Test(
        arguments: [
            (["percent_off=20", "duration=once"], [2_000, 2_500, 2_500]),
            (["percent_off=20", "duration=forever"], [2_000, 2_000, 2_000]),
            (["percent_off=20", "duration=repeating", "duration_in_months=2"], [2_000, 2_000, 2_500]),
            (["amount_off=1000", "currency=usd", "duration=once"], [1_500, 2_500, 2_500]),
            (["amount_off=9900", "currency=usd", "duration=once"], [0, 2_500, 2_500]),
            (["percent_off=33.33", "duration=forever"], [1_667, 1_667, 1_667]),
        ] as [([String], [Int64])])
    func `how long a coupon lasts`(_ terms: [String], _ paid: [Int64]) async {
        let clock = await bench.testClock()
        let made = await subscribe(
            await bench.customer(clock: clock), [await bench.price()], ["discounts[0][coupon]=\(await coupon(terms))"])
        for _ in 0..<2 {
            let end = (await bench.call("GET", "/v1/subscriptions/\(made.id)"))["items.data.0.current_period_end"]
            await bench.advance(clock, to: (end.integerValue ?? 0) + 3_600)
        }
        let all = await bench.call("GET", "/v1/invoices", ["subscription=\(made.id)"])["data"].arrayValue ?? []
        #expect(all.reversed().compactMap { $0["amount_paid"]?.integerValue } == paid)
    }

    @Test func `a coupon may be for some products only, and an amount is spread over the lines`() async {
        let dear = await bench.price(3_000)
        let cheap = await bench.price(1_000)
        let product = await bench.call("GET", "/v1/prices/\(cheap)")["product"].stringValue ?? ""
        let narrow = await coupon(["percent_off=50", "duration=forever", "applies_to[products][0]=\(product)"])
        let customer = await bench.customer()
        let made = await subscribe(customer, [dear, cheap], ["discounts[0][coupon]=\(narrow)"])
        #expect(made["latest_invoice.amount_paid"] == 3_500)
        let shown = await bench.call("GET", "/v1/coupons/\(narrow)", ["expand[]=applies_to"])
        #expect(shown["applies_to.products.0"].stringValue == product)
        let wide = await coupon(["amount_off=1000", "currency=usd", "duration=once"])
        let second = await subscribe(customer, [dear, cheap], ["discounts[0][coupon]=\(wide)"])
        let lines = second["latest_invoice.lines.data"].arrayValue ?? []
        #expect(lines.map { $0["discount_amounts"]?[0]?["amount"] } == [750, 250])
    }

    @Test func `a coupon of another currency, a used up one and one past its day are refused`() async {
        let price = await bench.price()
        let customer = await bench.customer()
        let euro = await coupon(["amount_off=500", "currency=eur", "duration=once"])
        let foreign = await subscribe(customer, [price], ["discounts[0][coupon]=\(euro)"])
        #expect(foreign.param == "discounts[0][coupon]")
        #expect(foreign.message.contains("does not match the expected currency `usd`"))
        let single = await coupon(["percent_off=10", "duration=once", "max_redemptions=1"])
        #expect(await subscribe(customer, [price], ["discounts[0][coupon]=\(single)"]).status == 200)
        #expect(await bench.call("GET", "/v1/coupons/\(single)")["valid"] == false)
        #expect(await subscribe(customer, [price], ["discounts[0][coupon]=\(single)"]).code == "coupon_expired")
        let old = await coupon(["percent_off=10", "duration=once", "redeem_by=\(StandInBench.start + 60)"])
        await bench.pass(61)
        #expect(await subscribe(customer, [price], ["discounts[0][coupon]=\(old)"]).code == "coupon_expired")
    }

    @Test func `a deleted coupon goes on where it works already`() async {
        let clock = await bench.testClock()
        let gone = await coupon(["percent_off=20", "duration=forever"])
        let made = await subscribe(
            await bench.customer(clock: clock), [await bench.price()], ["discounts[0][coupon]=\(gone)"])
        await bench.call("DELETE", "/v1/coupons/\(gone)")
        await bench.advance(clock, to: (made["items.data.0.current_period_end"].integerValue ?? 0) + 3_600)
        let after = await bench.call(
            "GET", "/v1/subscriptions/\(made.id)", ["expand[]=latest_invoice", "expand[]=discounts.source.coupon"])
        #expect(after["latest_invoice.amount_paid"] == 2_000)
        #expect(after["discounts.0.source.coupon.percent_off"] == 20)
    }

    @Test func `a discount is put on a running subscription and taken off again`() async {
        let clock = await bench.testClock()
        let made = await subscribe(await bench.customer(clock: clock), [await bench.price()])
        let spring = await coupon(["percent_off=20", "duration=forever"])
        let with = await bench.call("POST", "/v1/subscriptions/\(made.id)", ["discounts[0][coupon]=\(spring)"])
        let id = with["discounts.0"].stringValue ?? ""
        #expect(
            await bench.call("POST", "/v1/subscriptions/\(made.id)", ["discounts[0][discount]=\(id)"])["discounts"] == [
                .string(id)
            ])
        let gone = await bench.call("DELETE", "/v1/subscriptions/\(made.id)/discount")
        #expect(gone["deleted"] == true)
        #expect(gone["id"].stringValue == id)
        #expect(await bench.call("GET", "/v1/subscriptions/\(made.id)")["discounts"] == [])
        #expect(await bench.call("DELETE", "/v1/subscriptions/\(made.id)/discount").status == 404)
        let told = await bench.eventTypes().filter { $0.hasPrefix("customer.discount") }
        #expect(told == ["customer.discount.created", "customer.discount.deleted"])
    }

    @Test func `promotion codes`() async {
        let spring = await coupon(["percent_off=20", "duration=forever"])
        let params = ["promotion[type]=coupon", "promotion[coupon]=\(spring)", "code=SPRING20"]
        let code = await bench.call(
            "POST", "/v1/promotion_codes",
            params + ["max_redemptions=2", "restrictions[first_time_transaction]=true"])
        #expect(code["active"] == true)
        #expect(await bench.call("POST", "/v1/promotion_codes", params).code == "resource_already_exists")
        let found = await bench.call("GET", "/v1/promotion_codes", ["code=spring20"])
        #expect(found["data.0.id"].stringValue == code.id)
        let customer = await bench.customer()
        let price = await bench.price()
        let made = await subscribe(
            customer, [price], ["discounts[0][promotion_code]=\(code.id)", "expand[]=discounts"])
        #expect(made["latest_invoice.amount_paid"] == 2_000)
        #expect(made["discounts.0.promotion_code"].stringValue == code.id)
        let again = await subscribe(customer, [price], ["discounts[0][promotion_code]=\(code.id)"])
        #expect(again.message.contains("prior transactions"))
        await bench.call("POST", "/v1/promotion_codes/\(code.id)", ["active=false"])
        let other = await subscribe(await bench.customer(), [price], ["discounts[0][promotion_code]=\(code.id)"])
        #expect(other.code == "coupon_expired")
    }
}
