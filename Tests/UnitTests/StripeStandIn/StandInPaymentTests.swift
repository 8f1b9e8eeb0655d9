import Foundation
import HTTPTypes
import Testing

@testable import StripeStandIn

/// Payment intents, charges, refunds, disputes and the balance.
@Suite struct StandInPaymentTests {
    let bench = StandInBench()

    private func pay(
        _ customer: String?, _ more: [String] = [], amount: Int = 5_000, headers: [(String, String)] = []
    ) async -> StandInBench.Reply {
        await bench.call(
            "POST", "/v1/payment_intents",
            ["amount=\(amount)", "currency=usd"] + (customer.map { ["customer=\($0)"] } ?? []) + more,
            headers: headers)
    }

    private func card(_ customer: String) async -> String {
        (await bench.call("GET", "/v1/customers/\(customer)/payment_methods"))["data.0.id"].stringValue ?? ""
    }

    private func last(_ count: Int) async -> [String] { Array(await bench.eventTypes().suffix(count)) }

    @Test func `a saved card is charged off session, and its money comes two days later`() async {
        let customer = await bench.customer()
        let paid = await pay(
            customer,
            ["payment_method=\(await card(customer))", "off_session=true", "confirm=true", "metadata[tg_id]=top-1"])
        #expect(paid["status"] == "succeeded")
        #expect(paid["amount_received"] == 5_000)
        #expect(await last(3) == ["payment_intent.created", "charge.succeeded", "payment_intent.succeeded"])
        let charge = await bench.call(
            "GET", "/v1/charges/\(paid["latest_charge"].stringValue ?? "")", ["expand[0]=balance_transaction"])
        #expect(charge["metadata.tg_id"] == "top-1")
        // 2.9 % and 30 cents of 50 dollars.
        #expect(charge["balance_transaction.fee"] == 175)
        #expect(charge["balance_transaction.net"] == 4_825)
        #expect(charge["balance_transaction.fee_details.0.type"] == "stripe_fee")
        let before = await bench.call("GET", "/v1/balance")
        #expect(before["available.0.amount"] == 0)
        #expect(before["pending.0.amount"] == 4_825)
        await bench.pass(2 * 86_400)
        let after = await bench.call("GET", "/v1/balance")
        #expect(after["available.0.amount"] == 4_825)
        #expect(after["pending.0.amount"] == 0)
    }

    @Test(
        arguments: [
            ("pm_card_chargeCustomerFail", "card_declined", "generic_decline"),
            ("pm_card_authenticationRequired", "authentication_required", "authentication_required"),
        ])
    func `a card that fails off session is an error that holds the intent`(
        _ token: String, _ code: String, _ decline: String
    ) async {
        let customer = await bench.customer(nil)
        let method = await bench.call("POST", "/v1/payment_methods/\(token)/attach", ["customer=\(customer)"])
        let failed = await pay(customer, ["payment_method=\(method.id)", "off_session=true", "confirm=true"])
        #expect(failed.status == 402)
        #expect(failed.code == code)
        #expect(failed["error.decline_code"].stringValue == decline)
        #expect(failed["error.payment_intent.status"] == "requires_payment_method")
        #expect(failed["error.payment_intent.last_payment_error.code"].stringValue == code)
        #expect(failed["error.charge"].stringValue?.hasPrefix("ch_") == true)
        #expect(await last(2) == ["charge.failed", "payment_intent.payment_failed"])
        let intent = failed["error.payment_intent.id"].stringValue ?? ""
        let again = await bench.call(
            "POST", "/v1/payment_intents/\(intent)/confirm", ["payment_method=pm_card_visa", "off_session=true"])
        #expect(again["status"] == "succeeded")
    }

    @Test func `a card that asks its owner on session waits for the answer`() async {
        let customer = await bench.customer(nil)
        let waiting = await pay(customer, ["payment_method=pm_card_authenticationRequired", "confirm=true"])
        #expect(waiting.status == 200)
        #expect(waiting["status"] == "requires_action")
        let url = waiting["next_action.redirect_to_url.url"].stringValue ?? ""
        #expect(url.hasSuffix("/pay/authenticate/\(waiting.id)"))
        await bench.control("POST", "payment_intents/\(waiting.id)", ["authenticate": false])
        let refused = await bench.call("GET", "/v1/payment_intents/\(waiting.id)")
        #expect(refused["status"] == "requires_payment_method")
        #expect(refused["last_payment_error.code"] == "payment_intent_authentication_failure")
        await bench.call(
            "POST", "/v1/payment_intents/\(waiting.id)/confirm", ["payment_method=pm_card_authenticationRequired"])
        await bench.control("POST", "payment_intents/\(waiting.id)", ["authenticate": true])
        #expect(await bench.call("GET", "/v1/payment_intents/\(waiting.id)")["status"] == "succeeded")
        let strict = await pay(
            customer,
            ["payment_method=pm_card_authenticationRequired", "confirm=true", "error_on_requires_action=true"])
        #expect(strict.code == "authentication_required")
        #expect(strict["error.payment_intent.status"] == "requires_payment_method")
    }

    @Test func `an intent is refused what Stripe refuses`() async {
        let customer = await bench.customer()
        let other = await bench.customer()
        #expect(await pay(nil, [], amount: 0).param == "amount")
        #expect(await pay(nil, ["off_session=true"]).param == "off_session")
        #expect(await pay("cus_none").code == "resource_missing")
        #expect(
            await pay(other, ["payment_method=\(await card(customer))", "confirm=true"]).param == "payment_method")
        #expect(
            await pay(nil, ["payment_method_types[0]=card"]).code == "payment_method_types_no_longer_supported")
        #expect(await pay(nil, ["application_fee_amount=100"]).code == "application_fees_not_allowed")
        let unpaid = await pay(customer)
        #expect(unpaid["status"] == "requires_payment_method")
        let canceled = await bench.call("POST", "/v1/payment_intents/\(unpaid.id)/cancel")
        #expect(canceled["status"] == "canceled")
        #expect(
            await bench.call("POST", "/v1/payment_intents/\(unpaid.id)/confirm").code
                == "payment_intent_unexpected_state")
        let named = await bench.call("POST", "/v1/payment_intents/\(unpaid.id)", ["metadata[a]=b"])
        #expect(named["metadata.a"] == "b")
    }

    @Test func `a setup intent is confirmed, and refuses a card that declines`() async {
        let customer = await bench.customer(nil)
        let intent = await bench.call("POST", "/v1/setup_intents", ["customer=\(customer)"])
        let refused = await bench.call(
            "POST", "/v1/setup_intents/\(intent.id)/confirm", ["payment_method=pm_card_chargeDeclined"])
        #expect(refused.code == "card_declined")
        #expect(refused["error.setup_intent.id"].stringValue == intent.id)
        let done = await bench.call(
            "POST", "/v1/setup_intents/\(intent.id)/confirm", ["payment_method=pm_card_visa"])
        #expect(done["status"] == "succeeded")
        #expect(await card(customer) == done["payment_method"].stringValue)
    }

    // MARK: Refunds

    private func charged(_ token: String = "pm_card_visa") async -> StandInBench.Reply {
        await pay(nil, ["payment_method=\(token)", "confirm=true"])
    }

    @Test func `a refund in parts, until nothing is left`() async {
        let paid = await charged()
        let part = await bench.call("POST", "/v1/refunds", ["payment_intent=\(paid.id)", "amount=2000"])
        #expect(part["status"] == "succeeded")
        #expect(await last(2) == ["refund.created", "charge.refunded"])
        let entry = await bench.call(
            "GET", "/v1/balance_transactions/\(part["balance_transaction"].stringValue ?? "")")
        #expect(entry["amount"] == -2_000)
        #expect(entry["type"] == "refund")
        let more = await bench.call("POST", "/v1/refunds", ["payment_intent=\(paid.id)", "amount=3001"])
        #expect(more.param == "amount")
        let rest = await bench.call("POST", "/v1/refunds", ["charge=\(paid["latest_charge"].stringValue ?? "")"])
        #expect(rest["amount"] == 3_000)
        let none = await bench.call("POST", "/v1/refunds", ["payment_intent=\(paid.id)"])
        #expect(none.code == "charge_already_refunded")
        let charge = await bench.call("GET", "/v1/charges/\(paid["latest_charge"].stringValue ?? "")")
        #expect(charge["refunded"] == true)
        #expect(charge["amount_refunded"] == 5_000)
    }

    @Test func `a refund that takes its time, and one that fails after all`() async {
        let slow = await bench.call(
            "POST", "/v1/refunds", ["payment_intent=\(await charged("pm_card_pendingRefund").id)"])
        #expect(slow["status"] == "pending")
        await bench.control("POST", "refunds/\(slow.id)", ["status": "succeeded"])
        #expect(await last(1) == ["refund.updated"])
        let paid = await charged("pm_card_refundFail")
        let lost = await bench.call("POST", "/v1/refunds", ["payment_intent=\(paid.id)"])
        await bench.control(
            "POST", "refunds/\(lost.id)", ["status": "failed", "failure_reason": "lost_or_stolen_card"])
        let failed = await bench.call("GET", "/v1/refunds/\(lost.id)")
        #expect(failed["status"] == "failed")
        #expect(failed["failure_reason"] == "lost_or_stolen_card")
        #expect(await last(2) == ["refund.updated", "refund.failed"])
        let charge = await bench.call("GET", "/v1/charges/\(paid["latest_charge"].stringValue ?? "")")
        #expect(charge["amount_refunded"] == 0)
    }

    // MARK: Disputes

    @Test func `a dispute takes the money, and a won one brings it back without the fee`() async {
        let paid = await charged("pm_card_createDispute")
        let charge = paid["latest_charge"].stringValue ?? ""
        let dispute = (await bench.call("GET", "/v1/disputes", ["charge=\(charge)"]))["data.0.id"].stringValue ?? ""
        #expect(await bench.call("GET", "/v1/disputes/\(dispute)")["status"] == "needs_response")
        #expect(await bench.call("GET", "/v1/charges/\(charge)")["disputed"] == true)
        #expect(await bench.call("POST", "/v1/refunds", ["charge=\(charge)"]).code == "charge_disputed")
        await bench.pass(2 * 86_400)
        #expect(await bench.call("GET", "/v1/balance")["available.0.amount"] == .integer(4_825 - 5_000 - 1_500))
        await bench.control("POST", "disputes/\(dispute)", ["status": "won"])
        #expect(await last(2) == ["charge.dispute.funds_reinstated", "charge.dispute.closed"])
        #expect(await bench.call("GET", "/v1/balance")["available.0.amount"] == .integer(4_825 - 1_500))
        #expect(await bench.control("POST", "disputes/\(dispute)", ["status": "lost"]).status == 409)
    }

    @Test func `any paid charge can be disputed`() async {
        let paid = await charged()
        let charge = paid["latest_charge"].stringValue ?? ""
        let dispute = await bench.control(
            "POST", "charges/\(charge)/dispute", ["reason": "product_not_received", "amount": 1_000])
        #expect(dispute["reason"] == "product_not_received")
        #expect(await last(2) == ["charge.dispute.created", "charge.dispute.funds_withdrawn"])
        await bench.control("POST", "disputes/\(dispute.id)", ["status": "lost"])
        #expect(await last(1) == ["charge.dispute.closed"])
        #expect(await bench.control("POST", "charges/\(charge)/dispute", [:]).status == 409)
    }

    // MARK: Payouts and fees of platforms

    @Test func `a payout of what is there, paid and then failed`() async {
        _ = await charged()
        await bench.pass(2 * 86_400)
        let account = await bench.call("GET", "/v1/account").id
        let made = await bench.control("POST", "accounts/\(account)/payouts", [:])
        #expect(made["amount"] == 4_825)
        #expect(await last(1) == ["payout.created"])
        await bench.control("POST", "payouts/\(made.id)", ["status": "paid"])
        #expect(await last(1) == ["payout.paid"])
        #expect(await bench.call("GET", "/v1/balance")["available.0.amount"] == 0)
        let entries = await bench.call("GET", "/v1/balance_transactions", ["payout=\(made.id)"])
        #expect(entries["data"].arrayValue?.map { $0["type"] } == ["payout", "charge"])
        await bench.control("POST", "payouts/\(made.id)", ["status": "failed", "failure_code": "account_closed"])
        let failed = await bench.call("GET", "/v1/payouts", ["status=failed"])
        #expect(failed["data.0.failure_code"] == "account_closed")
        #expect(failed["data.0.failure_message"] == "The bank account has been closed.")
        #expect(await last(1) == ["payout.failed"])
        #expect(await bench.call("GET", "/v1/balance")["available.0.amount"] == 4_825)
    }

    @Test func `a platform takes its fee of a charge, and gives it back`() async {
        let account = await bench.call(
            "POST", "/v1/accounts",
            ["country=US", "email=a@example.com", "controller[stripe_dashboard][type]=express"])
        let behalf = [("Stripe-Account", account.id)]
        let paid = await pay(
            nil, ["payment_method=pm_card_visa", "confirm=true", "application_fee_amount=500"], headers: behalf)
        #expect(paid["application_fee_amount"] == 500)
        let fees = await bench.call("GET", "/v1/application_fees")
        #expect(fees["data.0.amount"] == 500)
        #expect(fees["data.0.account"].stringValue == account.id)
        let charge = await bench.call(
            "GET", "/v1/charges/\(paid["latest_charge"].stringValue ?? "")", ["expand[0]=balance_transaction"],
            headers: behalf)
        #expect(charge["balance_transaction.fee"] == 675)
        #expect(charge["balance_transaction.fee_details.1.type"] == "application_fee")
        await bench.call(
            "POST", "/v1/refunds",
            ["payment_intent=\(paid.id)", "amount=2500", "refund_application_fee=true"], headers: behalf)
        #expect(await bench.call("GET", "/v1/application_fees")["data.0.amount_refunded"] == 250)
    }
}
