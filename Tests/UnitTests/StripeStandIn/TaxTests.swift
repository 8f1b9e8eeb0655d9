import HTTPTypes
import Testing

@testable import StripeStandIn

/// Stripe Tax: settings, registrations, places, and amounts to the cent.
@Suite struct StandInTaxTests {
    let bench = StandInBench()

    private func activate(_ countries: [String] = ["GB", "DE"]) async {
        await bench.call(
            "POST", "/v1/tax/settings",
            [
                "defaults[tax_behavior]=exclusive", "defaults[tax_code]=txcd_10103001",
                "head_office[address][country]=DE",
            ])
        for country in countries {
            let made = await bench.call(
                "POST", "/v1/tax/registrations",
                [
                    "country=\(country)", "active_from=now", "country_options[\(country.lowercased())][type]=standard",
                    "country_options[\(country.lowercased())][standard][place_of_supply_scheme]=standard",
                ])
            #expect(made["status"] == "active", "\(made.message)")
        }
    }

    private func customer(_ address: [String], clock: String? = nil) async -> String {
        let made = await bench.customer(clock: clock)
        await bench.call("POST", "/v1/customers/\(made)", address.map { "address\($0)" })
        return made
    }

    private func subscribe(_ customer: String, _ price: String, _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/subscriptions",
            [
                "customer=\(customer)", "items[0][price]=\(price)", "automatic_tax[enabled]=true",
                "payment_behavior=error_if_incomplete", "expand[]=latest_invoice",
            ] + more)
    }

    @Test func `the settings wait for the head office, then are active`() async {
        let pending = await bench.call("GET", "/v1/tax/settings")
        #expect(pending["status"] == "pending")
        #expect(pending["status_details.pending.missing_fields"] == ["defaults.tax_code", "head_office"])
        let price = await bench.price()
        let refused = await subscribe(await customer(["[country]=GB"]), price)
        #expect(refused.status == 400)
        #expect(refused.code == "stripe_tax_inactive")
        #expect(refused.param == "automatic_tax[enabled]")
        await activate()
        let active = await bench.call("GET", "/v1/tax/settings")
        #expect(active["status"] == "active")
        #expect(active["id"] == .null)
        #expect(active["head_office.address.country"] == "DE")
        #expect(await bench.eventTypes().contains("tax.settings.updated"))
    }

    @Test(
        arguments: [
            ("inclusive", 2_500, 2_500, 417, 2_083), ("exclusive", 2_500, 3_000, 500, 2_500),
        ] as [(String, Int, Int64, Int64, Int64)])
    func `twenty-five dollars with twenty percent`(
        _ behavior: String, _ amount: Int, _ total: Int64, _ tax: Int64, _ net: Int64
    ) async {
        await activate()
        let price = await bench.price(amount, ["recurring[interval]=month", "tax_behavior=\(behavior)"])
        let made = await subscribe(await customer(["[country]=GB"]), price)
        let invoice = "latest_invoice."
        #expect(made[invoice + "amount_paid"] == .integer(total))
        #expect(made[invoice + "subtotal"] == 2_500)
        #expect(made[invoice + "total_excluding_tax"] == .integer(net))
        #expect(made[invoice + "subtotal_excluding_tax"] == .integer(net))
        #expect(made[invoice + "total_taxes.0.amount"] == .integer(tax))
        #expect(made[invoice + "total_taxes.0.tax_behavior"].stringValue == behavior)
        #expect(made[invoice + "lines.data.0.taxes.0.taxable_amount"] == .integer(net))
        #expect(made[invoice + "automatic_tax.status"] == "complete")
    }

    @Test func `a discount comes before the tax`() async {
        await activate()
        let coupon = await bench.call("POST", "/v1/coupons", ["percent_off=20", "duration=forever"])
        let price = await bench.price(2_500, ["recurring[interval]=month", "tax_behavior=exclusive"])
        let made = await subscribe(await customer(["[country]=DE"]), price, ["discounts[0][coupon]=\(coupon.id)"])
        #expect(made["latest_invoice.amount_paid"] == 2_380)
        #expect(made["latest_invoice.total_excluding_tax"] == 2_000)
    }

    @Test(
        arguments: [
            (["[country]=US"], false), (["[country]=US", "[postal_code]=9410"], false),
            (["[country]=US", "[postal_code]=94107"], true), (["[country]=US", "[postal_code]=94107-1234"], true),
            (["[country]=CA"], false), (["[country]=CA", "[state]=ON"], true),
            (["[country]=CA", "[postal_code]=K1A 0B1"], true), (["[country]=FR"], true), (["[city]=Paris"], false),
        ])
    func `F19: what a place needs to be known`(_ address: [String], _ isKnown: Bool) async {
        await activate()
        let customer = await customer(address)
        let shown = await bench.call("GET", "/v1/customers/\(customer)", ["expand[]=tax"])
        #expect(shown["tax.automatic_tax"] == (isKnown ? "not_collecting" : "unrecognized_location"))
        let checked = await bench.call("POST", "/v1/customers/\(customer)", ["tax[validate_location]=immediately"])
        #expect(checked.code == (isKnown ? nil : "customer_tax_location_invalid"))
        let made = await subscribe(customer, await bench.price())
        #expect(made.code == (isKnown ? nil : "customer_tax_location_invalid"))
        #expect(!isKnown || made["latest_invoice.total_taxes.0.taxability_reason"] == "not_collecting")
    }

    @Test(
        arguments: [
            (
                ["country=US", "country_options[us][type]=state_sales_tax", "country_options[us][state]=CA"], "US",
                "94107", 181
            ),
            (
                ["country=US", "country_options[us][type]=state_sales_tax", "country_options[us][state]=CA"], "US",
                "10001", 0
            ),
            (["country=DE", "country_options[de][type]=oss_union"], "FR", "75001", 500),
        ] as [([String], String, String, Int64)])
    func `registrations say where tax is collected`(
        _ registration: [String], _ country: String, _ postal: String, _ tax: Int64
    ) async {
        await activate([])
        await bench.call("POST", "/v1/tax/registrations", registration + ["active_from=now"])
        let made = await subscribe(
            await customer(["[country]=\(country)", "[postal_code]=\(postal)"]), await bench.price())
        #expect(made["latest_invoice.total_taxes.0.amount"] == .integer(tax))
        #expect(made["latest_invoice.amount_paid"] == .integer(2_500 + tax))
    }

    @Test func `tax switched on and off changes the next invoice`() async {
        await activate()
        let clock = await bench.testClock()
        let customer = await customer(["[country]=GB"], clock: clock)
        let made = await subscribe(customer, await bench.price())
        #expect(made["latest_invoice.amount_paid"] == 3_000)
        await bench.call("POST", "/v1/subscriptions/\(made.id)", ["automatic_tax[enabled]=false"])
        let end = made["items.data.0.current_period_end"].integerValue ?? 0
        await bench.advance(clock, to: end + 3_600)
        let after = await bench.call("GET", "/v1/subscriptions/\(made.id)", ["expand[]=latest_invoice"])
        #expect(after["latest_invoice.amount_paid"] == 2_500)
        #expect(after["latest_invoice.total_taxes"] == [])
    }

    @Test func `a place that is lost stops the invoice until there is an address`() async {
        await activate()
        let clock = await bench.testClock()
        let customer = await customer(["[country]=GB"], clock: clock)
        let made = await subscribe(customer, await bench.price())
        await bench.call("POST", "/v1/customers/\(customer)", ["address="])
        await bench.advance(clock, to: (made["items.data.0.current_period_end"].integerValue ?? 0) + 3_600)
        let stuck = await bench.call("GET", "/v1/subscriptions/\(made.id)", ["expand[]=latest_invoice"])
        #expect(stuck["automatic_tax.disabled_reason"] == "requires_location_inputs")
        #expect(stuck["latest_invoice.status"] == "draft")
        #expect(stuck["latest_invoice.automatic_tax.status"] == "requires_location_inputs")
        #expect(stuck["latest_invoice.last_finalization_error.code"] == "customer_tax_location_invalid")
        let invoice = stuck["latest_invoice.id"].stringValue ?? ""
        #expect(await bench.call("POST", "/v1/invoices/\(invoice)/finalize").code == "customer_tax_location_invalid")
        await bench.call("POST", "/v1/customers/\(customer)", ["address[country]=GB"])
        let paid = await bench.call("POST", "/v1/invoices/\(invoice)/pay")
        #expect(paid["status"] == "paid")
        #expect(paid["amount_paid"] == 3_000)
    }

    @Test func `one-time invoices are taxed too, an item by its own behavior`() async {
        await activate()
        let customer = await customer(["[country]=GB"])
        let draft = await bench.call("POST", "/v1/invoices", ["customer=\(customer)", "automatic_tax[enabled]=true"])
        for behavior in ["inclusive", "exclusive"] {
            await bench.call(
                "POST", "/v1/invoiceitems",
                [
                    "customer=\(customer)", "invoice=\(draft.id)", "amount=1000", "currency=usd",
                    "tax_behavior=\(behavior)",
                ])
        }
        let now = await bench.call("GET", "/v1/invoices/\(draft.id)")
        #expect(now["total"] == 2_200)
        #expect(now["total_taxes"].arrayValue?.compactMap { $0["amount"]?.integerValue } == [167, 200])
        #expect(now["total_excluding_tax"] == 1_833)
    }
}
