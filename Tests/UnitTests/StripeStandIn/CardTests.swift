import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Saving and charging every test card.
@Suite struct StandInCardTests {
    let bench = StandInBench()

    private func session() async -> StandInBench.Reply {
        let customer = await bench.customer(nil)
        return await bench.call(
            "POST", "/v1/checkout/sessions",
            [
                "mode=setup", "customer=\(customer)", "currency=usd",
                "success_url=https://a.example/{CHECKOUT_SESSION_ID}",
            ])
    }

    @Test(
        arguments: [
            ("4242424242424242", true, nil), ("4000000000000341", true, nil), ("5555555555554444", true, nil),
            ("4000000000000002", false, "generic_decline"), ("4000000000009995", false, "insufficient_funds"),
            ("4000000000000069", false, "expired_card"), ("4000002500003155", true, nil),
            ("4000002760003184", true, nil),
        ] as [(String, Bool, String?)])
    func `every card at setup`(_ card: String, _ saves: Bool, _ declineCode: String?) async {
        let session = await session()
        let done = await bench.control("POST", "checkout/\(session.id)", ["card": .string(card)])
        #expect(done["status"] == (saves ? "complete" : "open"))
        #expect(done["declined.decline_code"].stringValue == declineCode)
        let intent = await bench.call(
            "GET", "/v1/setup_intents/\(session["setup_intent"].stringValue ?? "")", ["expand[0]=payment_method"])
        #expect(intent["status"] == (saves ? "succeeded" : "requires_payment_method"))
        if saves { #expect(intent["payment_method.card.last4"].stringValue == String(card.suffix(4))) }
        let told = await bench.eventTypes()
        #expect(told.contains("checkout.session.completed") == saves)
        #expect(told.contains("setup_intent.setup_failed") == !saves)
        let listed = await bench.call("GET", "/v1/customers/\(session["customer"].stringValue ?? "")/payment_methods")
        #expect(listed["data"].arrayValue?.count == (saves ? 1 : 0))
    }

    @Test func `an owner who says no`() async {
        let session = await session()
        let done = await bench.control(
            "POST", "checkout/\(session.id)", ["card": "4000002760003184", "authenticate": false])
        #expect(done["status"] == "open")
        #expect(done["declined.code"] == "setup_intent_authentication_failure")
    }

    @Test(
        arguments: [
            ("pm_card_visa", 200, nil), ("pm_card_chargeCustomerFail", 402, "card_declined"),
            ("pm_card_authenticationRequiredOnSetup", 200, nil),
            ("pm_card_authenticationRequired", 402, "authentication_required"),
        ] as [(String, Int, String?)])
    func `every saved card when an invoice is charged`(_ card: String, _ status: Int, _ code: String?) async {
        let customer = await bench.customer(card)
        let invoice = await bench.call("POST", "/v1/invoices", ["customer=\(customer)"])
        await bench.call(
            "POST", "/v1/invoiceitems", ["customer=\(customer)", "invoice=\(invoice.id)", "amount=500", "currency=usd"])
        await bench.call("POST", "/v1/invoices/\(invoice.id)/finalize")
        let paid = await bench.call("POST", "/v1/invoices/\(invoice.id)/pay", ["off_session=true"])
        #expect(paid.status == status)
        #expect(paid.code == code)
        let after = await bench.call("GET", "/v1/invoices/\(invoice.id)", ["expand[0]=payments"])
        #expect(after["status"] == (status == 200 ? "paid" : "open"))
        let intent = await bench.call(
            "GET", "/v1/payment_intents/\(after["payments.data.0.payment.payment_intent"].stringValue ?? "")")
        #expect(intent["last_payment_error.code"].stringValue == code)
    }

    @Test func `a session ends after a day`() async {
        let session = await session()
        await bench.pass(86_400)
        #expect(await bench.call("GET", "/v1/checkout/sessions/\(session.id)")["status"] == "expired")
        #expect(await bench.control("POST", "checkout/\(session.id)", ["card": "4242424242424242"]).status == 409)
    }

    @Test func `names of cards are for test keys`() async {
        let live = StandInBench.key.replacingOccurrences(of: "_test_", with: "_live_")
        let customer = await bench.call("POST", "/v1/customers", key: live)
        let refused = await bench.call(
            "POST", "/v1/payment_methods/pm_card_visa/attach", ["customer=\(customer.id)"], key: live)
        #expect(refused.code == "resource_missing")
    }
}
