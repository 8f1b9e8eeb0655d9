import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Checkout in payment and subscription mode.
@Suite struct StandInCheckoutTests {
    let bench = StandInBench()

    private func credits(_ customer: String?, _ more: [String] = []) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/checkout/sessions",
            [
                "mode=payment", "line_items[0][price_data][currency]=usd",
                "line_items[0][price_data][unit_amount_decimal]=0.4",
                "line_items[0][price_data][product_data][name]=Credits", "line_items[0][quantity]=2500",
                "success_url=https://a.example/{CHECKOUT_SESSION_ID}", "metadata[tg_id]=credit-5",
            ] + (customer.map { ["customer=\($0)"] } ?? []) + more)
    }

    private func read(_ session: StandInBench.Reply, _ expand: [String] = []) async -> StandInBench.Reply {
        await bench.call("GET", "/v1/checkout/sessions/\(session.id)", expand)
    }

    @Test func `credits are bought: the card pays and is saved, the invoice comes out paid`() async {
        let customer = await bench.customer(nil)
        let session = await credits(
            customer,
            [
                "payment_intent_data[setup_future_usage]=off_session", "payment_intent_data[metadata][tg_id]=pi-5",
                "invoice_creation[enabled]=true", "invoice_creation[invoice_data][metadata][tg_id]=in-5",
            ])
        #expect(session["amount_total"] == 1_000)
        #expect(session["payment_status"] == "unpaid")
        #expect(session["payment_intent"] == .null)
        let lines = await bench.call("GET", "/v1/checkout/sessions/\(session.id)/line_items")
        #expect(lines["data.0.quantity"] == 2_500)
        #expect(lines["data.0.amount_total"] == 1_000)
        #expect(lines["data.0.price.unit_amount_decimal"] == "0.4")
        let before = await bench.eventTypes().count
        await bench.control("POST", "checkout/\(session.id)", ["card": "4242424242424242"])
        let done = await read(session, ["expand[0]=payment_intent", "expand[1]=invoice"])
        #expect(done["status"] == "complete")
        #expect(done["payment_status"] == "paid")
        #expect(done["payment_intent.status"] == "succeeded")
        #expect(done["payment_intent.metadata.tg_id"] == "pi-5")
        #expect(done["invoice.status"] == "paid")
        #expect(done["invoice.amount_paid"] == 1_000)
        #expect(done["invoice.metadata.tg_id"] == "in-5")
        let payments = await bench.call(
            "GET", "/v1/invoice_payments", ["invoice=\(done["invoice.id"].stringValue ?? "")", "status=paid"])
        #expect(payments["data.0.payment.payment_intent"] == done["payment_intent.id"])
        #expect(await bench.call("GET", "/v1/payment_intents", ["customer=\(customer)"])["data"].arrayValue?.count == 1)
        #expect(
            await bench.call("GET", "/v1/customers/\(customer)/payment_methods")["data"].arrayValue?.count == 1)
        let told = Array(await bench.eventTypes().dropFirst(before))
        #expect(told.first == "payment_intent.created")
        #expect(told.last == "checkout.session.completed")
        #expect(told.contains("invoice.paid"))
    }

    @Test func `a declined card leaves the session open, one intent serves all tries`() async {
        let session = await credits(nil)
        let declined = await bench.control("POST", "checkout/\(session.id)", ["card": "4000000000009995"])
        #expect(declined["status"] == "open")
        #expect(declined["declined.decline_code"] == "insufficient_funds")
        let paid = await bench.control(
            "POST", "checkout/\(session.id)", ["card": "4000002760003184", "authenticate": true])
        #expect(paid["payment_status"] == "paid")
        let intents = await bench.control("GET", "objects?type=payment_intent")
        _ = intents
        let done = await read(session)
        #expect(done["customer"] == .null)
        #expect(done["payment_intent"].stringValue?.hasPrefix("pi_") == true)
        #expect(
            await bench.eventTypes().filter { $0.hasPrefix("payment_intent.") } == [
                "payment_intent.created", "payment_intent.payment_failed", "payment_intent.succeeded",
            ])
    }

    @Test(arguments: [(true, "paid"), (false, "unpaid")])
    func `a payment that takes days is told twice`(_ succeeds: Bool, _ status: String) async {
        let session = await credits(await bench.customer(nil))
        let done = await bench.control("POST", "checkout/\(session.id)", ["delayed": true])
        #expect(done["status"] == "complete")
        #expect(done["payment_status"] == "unpaid")
        let intent = done["payment_intent"].stringValue ?? ""
        #expect(await bench.call("GET", "/v1/payment_intents/\(intent)")["status"] == "processing")
        await bench.control("POST", "payment_intents/\(intent)", ["status": succeeds ? "succeeded" : "failed"])
        #expect(await read(session)["payment_status"].stringValue == status)
        #expect(
            await bench.eventTypes().last
                == "checkout.session.async_payment_\(succeeds ? "succeeded" : "failed")")
    }

    @Test func `tax is added when the address is known`() async {
        await bench.call(
            "POST", "/v1/tax/settings",
            [
                "defaults[tax_behavior]=exclusive", "defaults[tax_code]=txcd_10103001",
                "head_office[address][country]=DE",
            ])
        await bench.call(
            "POST", "/v1/tax/registrations",
            [
                "country=DE", "country_options[de][type]=standard",
                "country_options[de][standard][place_of_supply_scheme]=standard", "active_from=now",
            ])
        let customer = await bench.customer(nil)
        #expect(
            await credits(customer, ["automatic_tax[enabled]=true"]).code == "customer_tax_location_invalid")
        let session = await credits(
            customer,
            ["automatic_tax[enabled]=true", "customer_update[address]=auto", "invoice_creation[enabled]=true"])
        #expect(session["automatic_tax.status"] == "requires_location_inputs")
        #expect(session["amount_total"] == 1_000)
        await bench.control(
            "POST", "checkout/\(session.id)", ["address": ["country": "DE", "postal_code": "10115"]])
        let done = await read(session, ["expand[0]=invoice", "expand[1]=payment_intent"])
        #expect(done["total_details.amount_tax"] == 190)
        #expect(done["amount_total"] == 1_190)
        #expect(done["payment_intent.amount"] == 1_190)
        #expect(done["invoice.total"] == 1_190)
        #expect(done["invoice.status"] == "paid")
        #expect(await bench.call("GET", "/v1/customers/\(customer)")["address.country"] == "DE")
    }

    @Test func `a subscription begins at the page`() async {
        let price = await bench.price()
        let setup = await bench.price(4_900, [])
        let customer = await bench.customer(nil)
        let session = await bench.call(
            "POST", "/v1/checkout/sessions",
            [
                "mode=subscription", "customer=\(customer)", "line_items[0][price]=\(price)",
                "line_items[0][quantity]=2", "line_items[1][price]=\(setup)", "line_items[1][quantity]=1",
                "success_url=https://a.example/done", "subscription_data[metadata][tg_id]=sub-5",
            ])
        #expect(session["amount_total"] == 9_900)
        let refused = await bench.control("POST", "checkout/\(session.id)", ["card": "4000000000000341"])
        #expect(refused["status"] == "open")
        #expect(await bench.call("GET", "/v1/subscriptions", ["customer=\(customer)"])["data"] == [])
        await bench.control("POST", "checkout/\(session.id)", ["card": "4000002760003184"])
        let done = await read(session, ["expand[0]=subscription", "expand[1]=invoice"])
        #expect(done["subscription.status"] == "active")
        #expect(done["subscription.metadata.tg_id"] == "sub-5")
        #expect(done["invoice.amount_paid"] == 9_900)
        #expect(done["payment_status"] == "paid")
        #expect(await bench.eventTypes().last == "checkout.session.completed")
    }

    @Test func `modes take what is theirs only`() async {
        let price = await bench.price()
        let recurring = await bench.call(
            "POST", "/v1/checkout/sessions",
            [
                "mode=payment", "line_items[0][price]=\(price)", "line_items[0][quantity]=1",
                "success_url=https://a.example",
            ])
        #expect(recurring.message.contains("recurring price"))
        #expect(await credits(nil, ["subscription_data[trial_period_days]=3"]).param == "subscription_data")
        #expect(
            await credits(nil, ["payment_intent_data[application_fee_amount]=3"]).code
                == "application_fees_not_allowed")
    }

    @Test func `the page shows what is bought and takes a card`() async throws {
        let session = await credits(await bench.customer(nil))
        let url = try #require(URLComponents(string: session["url"].stringValue ?? ""))
        let page = await bench.standIn.respond(to: .init(method: .get, path: url.path))
        let text = String(decoding: page.body, as: UTF8.self)
        #expect(text.contains("2500 × Credits"))
        #expect(text.contains("<th>1000</th>"))
        let paid = await bench.standIn.respond(
            to: .init(method: .post, path: url.path, body: Array("card=4242424242424242".utf8)))
        #expect(paid.status == .seeOther)
        #expect(paid.headers["Location"] == "https://a.example/\(session.id)")
        #expect(await read(session)["payment_status"] == "paid")
    }
}
