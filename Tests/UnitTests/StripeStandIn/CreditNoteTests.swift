import HTTPTypes
import Testing

@testable import StripeStandIn

/// Credit notes, customer balances, and subscriptions that rest.
@Suite struct StandInCreditNoteTests {
    let bench = StandInBench()

    private func invoice(_ customer: String, _ amount: Int, pays: Bool) async -> StandInBench.Reply {
        let draft = await bench.call("POST", "/v1/invoices", ["customer=\(customer)"])
        await bench.call(
            "POST", "/v1/invoiceitems",
            ["customer=\(customer)", "invoice=\(draft.id)", "amount=\(amount)", "currency=usd"])
        return await bench.call("POST", "/v1/invoices/\(draft.id)/\(pays ? "pay" : "finalize")")
    }

    private func credit(_ invoice: StandInBench.Reply, _ params: [String]) async -> StandInBench.Reply {
        await bench.call("POST", "/v1/credit_notes", ["invoice=\(invoice.id)"] + params)
    }

    @Test func `money of a paid invoice goes back, to the balance, or outside`() async {
        let customer = await bench.customer()
        let paid = await invoice(customer, 9_900, pays: true)
        let line = paid["lines.data.0.id"].stringValue ?? ""
        let terms = [
            "lines[0][type]=invoice_line_item", "lines[0][invoice_line_item]=\(line)", "lines[0][amount]=5000",
            "reason=order_change",
        ]
        let wrong = await credit(paid, terms + ["refund_amount=1000"])
        #expect(wrong.param == "refund_amount")
        let preview = await bench.call(
            "GET", "/v1/credit_notes/preview", ["invoice=\(paid.id)"] + terms + ["refund_amount=5000"])
        #expect(preview["total"] == 5_000)
        #expect(await bench.call("GET", "/v1/credit_notes", ["invoice=\(paid.id)"])["data"] == [])
        let note = await credit(
            paid, terms + ["refund_amount=3000", "credit_amount=1500", "out_of_band_amount=500"])
        #expect(note["total"] == 5_000)
        #expect(note["type"] == "post_payment")
        #expect(note["number"].stringValue == (paid["number"].stringValue ?? "") + "-CN-01")
        let refund = await bench.call("GET", "/v1/refunds/\(note["refunds.0.refund"].stringValue ?? "")")
        #expect(refund["amount"] == 3_000)
        #expect(await bench.call("GET", "/v1/customers/\(customer)")["balance"] == -1_500)
        let after = await bench.call("GET", "/v1/invoices/\(paid.id)")
        #expect(after["post_payment_credit_notes_amount"] == 5_000)
        #expect(await credit(paid, ["amount=5000"]).param == "amount")
        #expect(await bench.call("POST", "/v1/credit_notes/\(note.id)/void").code == "status_transition_invalid")
    }

    @Test func `an open invoice asks for less; voided, for all again; wholly credited, it is paid`() async {
        let customer = await bench.customer()
        let open = await invoice(customer, 9_900, pays: false)
        let note = await credit(open, ["amount=900"])
        #expect(note["type"] == "pre_payment")
        #expect(await bench.call("GET", "/v1/invoices/\(open.id)")["amount_remaining"] == 9_000)
        let voided = await bench.call("POST", "/v1/credit_notes/\(note.id)/void")
        #expect(voided["status"] == "void")
        #expect(await bench.call("GET", "/v1/invoices/\(open.id)")["amount_remaining"] == 9_900)
        _ = await credit(open, ["amount=9000"])
        let paid = await bench.call("POST", "/v1/invoices/\(open.id)/pay")
        #expect(paid["amount_paid"] == 900)
        let second = await invoice(customer, 500, pays: false)
        _ = await credit(second, ["amount=500"])
        #expect(await bench.call("GET", "/v1/invoices/\(second.id)")["status"] == "paid")
    }

    @Test func `a taxed line is credited with its tax`() async {
        await bench.call(
            "POST", "/v1/tax/settings", ["defaults[tax_behavior]=exclusive", "head_office[address][country]=GB"])
        await bench.call(
            "POST", "/v1/tax/registrations",
            ["country=GB", "active_from=now", "country_options[gb][type]=standard"])
        let customer = await bench.customer()
        await bench.call("POST", "/v1/customers/\(customer)", ["address[country]=GB"])
        let draft = await bench.call("POST", "/v1/invoices", ["customer=\(customer)", "automatic_tax[enabled]=true"])
        await bench.call(
            "POST", "/v1/invoiceitems", ["customer=\(customer)", "invoice=\(draft.id)", "amount=2500", "currency=usd"])
        let paid = await bench.call("POST", "/v1/invoices/\(draft.id)/pay")
        #expect(paid["amount_paid"] == 3_000)
        let note = await credit(
            paid,
            [
                "lines[0][type]=invoice_line_item", "lines[0][amount]=500",
                "lines[0][invoice_line_item]=\(paid["lines.data.0.id"].stringValue ?? "")", "refund_amount=600",
            ])
        #expect(note["total"] == 600)
        #expect(note["subtotal"] == 500)
        #expect(note["total_taxes.0.amount"] == 100)
    }

    @Test func `a customer's balance has a history`() async {
        let customer = await bench.customer()
        let path = "/v1/customers/\(customer)/balance_transactions"
        let given = await bench.call("POST", path, ["amount=-500", "currency=usd", "description=Goodwill"])
        #expect(given["ending_balance"] == -500)
        #expect(await bench.call("POST", path, ["amount=-5", "currency=eur"]).param == "currency")
        let paid = await invoice(customer, 2_000, pays: true)
        #expect(paid["amount_paid"] == 1_500)
        #expect(paid["starting_balance"] == -500)
        let all = await bench.call("GET", path)
        #expect(all["data"].arrayValue?.map { $0["amount"] } == [500, -500])
        #expect(all["data.0.type"] == "applied_to_invoice")
        #expect(all["data.0.ending_balance"] == 0)
    }

    @Test func `a subscription rests and goes on`() async {
        let clock = await bench.testClock()
        let customer = await bench.customer(clock: clock)
        let made = await bench.call(
            "POST", "/v1/subscriptions", ["customer=\(customer)", "items[0][price]=\(await bench.price(2_800))"])
        let half = StandInBench.start + 14 * 86_400
        await bench.advance(clock, to: half)
        let paused = await bench.call(
            "POST", "/v1/subscriptions/\(made.id)/pause",
            ["bill_for[unused_time_from][type]=now", "invoicing_behavior=invoice"])
        #expect(paused["status"] == "paused")
        #expect(paused["status_details.paused.subscription.type"] == "pause_requested")
        #expect(await bench.call("GET", "/v1/customers/\(customer)")["balance"] == -1_400)
        await bench.advance(clock, to: half + 60 * 86_400)
        let invoices = await bench.call("GET", "/v1/invoices", ["subscription=\(made.id)"])
        #expect(invoices["data"].arrayValue?.count == 2)
        let resumed = await bench.call(
            "POST", "/v1/subscriptions/\(made.id)/resume",
            ["billing_cycle_anchor[type]=now", "expand[]=latest_invoice"])
        #expect(resumed["status"] == "active")
        #expect(resumed["items.data.0.current_period_start"] == .integer(half + 60 * 86_400))
        #expect(resumed["latest_invoice.amount_paid"] == 1_400)
        #expect(await bench.eventTypes().contains("customer.subscription.resumed"))
        #expect(await bench.call("POST", "/v1/subscriptions/\(made.id)/resume").status == 400)
    }
}
