import Billing
import Daemon
@testable import InvoicesWorker
@testable import Jobs
import Stripe
import TestSupport
import Testing
import Worker

/// Money given back and bills corrected, whatever is lost on the way.
@Suite(.freshDatabase) struct InvoiceCorrectionTests {
    /// A paid invoice of 25.00, and a row that says what is to be given back.
    struct Office {
        let fixture: HandlerFixture
        let client: Client.ID
        let invoice: Billing.Invoice.ID

        init(status: String = "paid") async throws {
            fixture = try await HandlerFixture()
            client = try await fixture.addClient()
            let (_, prices) = try await fixture.addProduct(interval: nil)
            invoice = try await fixture.addInvoice(of: client, collection: "auto_charge", price: prices[0])
            try await fixture.sql(
                """
                UPDATE app.invoice SET status = '\(status)', stripe_invoice = 'in_1', total = 2500,
                  amount_paid = \(status == "paid" ? 2500 : 0), amount_remaining = \(status == "paid" ? 0 : 2500)
                """)
        }

        func refund(_ amount: Int) async throws -> RefundInvoice {
            let id = Billing.Refund.ID.new(at: WallClock.system.now())
            try await fixture.sql(
                """
                INSERT INTO app.refund (tenant_id, id, invoice_id, amount, currency, status)
                VALUES (\(fixture.tenant.id), '\(id.rawValue)', '\(invoice.rawValue)', \(amount), 'eur', 'preparing')
                """)
            return RefundInvoice(refund: id, invoice: invoice, client: client)
        }

        func note(_ amount: Int) async throws -> CreditInvoice {
            let id = Billing.CreditNote.ID.new(at: WallClock.system.now())
            try await fixture.sql(
                """
                INSERT INTO app.credit_note (tenant_id, id, invoice_id, amount, currency, status)
                VALUES (\(fixture.tenant.id), '\(id.rawValue)', '\(invoice.rawValue)', \(amount), 'eur', 'preparing')
                """)
            return CreditInvoice(note: id, invoice: invoice, client: client)
        }

        func expectPayment() {
            let payment =
                #"{"id":"inpay_1","amount_paid":2500,"payment":{"type":"payment_intent","payment_intent":"pi_1"}}"#
            fixture.stripe.expect("GET /v1/invoice_payments", 200, StripeObject.list(payment))
        }

        func metadata(_ id: String) -> String { #"{"tg_tenant":"\#(fixture.tenant.id)","tg_id":"\#(id)"}"# }
    }

    private let lost = ScriptedStripe.Reply.failure(.unknown(reason: "lost", status: nil, requestID: nil))

    @Test func `a refund that was lost goes out in the same bytes under the same key`() async throws {
        let office = try await Office()
        let work = try await office.refund(700)
        office.expectPayment()
        office.fixture.stripe.expect("POST /v1/refunds", lost)
        try await office.fixture.queue.enqueue(work, of: office.fixture.tenant)
        var claim = try await office.fixture.claim(RefundInvoice.self)
        let outcome = try await office.fixture.perform(claim, by: RefundInvoiceHandler())
        claim = try await office.fixture.again(RefundInvoice.self, after: outcome, claim)
        office.expectPayment()
        let made = StripeObject.refund("re_1", 700, metadata: office.metadata(work.refund.text))
        office.fixture.stripe.expect("POST /v1/refunds", 200, made)
        #expect(try await office.fixture.perform(claim, by: RefundInvoiceHandler()) == .recorded)
        #expect(
            office.fixture.stripe.writes.count == 2
                && office.fixture.stripe.writes[0] == office.fixture.stripe.writes[1])
        let row = try await office.fixture.sql("SELECT status, stripe_refund, amount FROM app.refund")
        #expect(row == [["succeeded", "re_1", "700"]])
    }

    @Test func `a refund that was lost for a day and happened is found, not given twice`() async throws {
        let office = try await Office()
        let work = try await office.refund(700)
        office.expectPayment()
        office.fixture.stripe.expect("POST /v1/refunds", lost)
        try await office.fixture.queue.enqueue(work, of: office.fixture.tenant)
        var claim = try await office.fixture.claim(RefundInvoice.self)
        let outcome = try await office.fixture.perform(claim, by: RefundInvoiceHandler())
        claim = try await office.fixture.again(RefundInvoice.self, after: outcome, claim)
        try await office.fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '24 hours'")
        office.expectPayment()
        let other = StripeObject.refund("re_0", 100)
        let made = StripeObject.refund("re_1", 700, metadata: office.metadata(work.refund.text))
        office.fixture.stripe.expect("GET /v1/refunds", 200, StripeObject.list(other, made))
        #expect(try await office.fixture.perform(claim, by: RefundInvoiceHandler()) == .recorded)
        #expect(office.fixture.stripe.writes.count == 1)
        #expect(try await office.fixture.value("SELECT stripe_refund FROM app.refund WHERE amount = 700") == "re_1")
    }

    @Test func `a refund without an answer is not called failed when its payment cannot be read`() async throws {
        let office = try await Office()
        let work = try await office.refund(700)
        office.expectPayment()
        office.fixture.stripe.expect("POST /v1/refunds", lost)
        try await office.fixture.queue.enqueue(work, of: office.fixture.tenant)
        var claim = try await office.fixture.claim(RefundInvoice.self)
        let outcome = try await office.fixture.perform(claim, by: RefundInvoiceHandler())
        claim = try await office.fixture.again(RefundInvoice.self, after: outcome, claim)
        office.fixture.stripe.expect(
            "GET /v1/invoice_payments", 400, StripeObject.error("invalid_request_error", "parameter_unknown"))
        _ = try await office.fixture.perform(claim, by: RefundInvoiceHandler())
        #expect(try await office.fixture.value("SELECT status FROM app.refund") == "preparing")
    }

    @Test(arguments: [0, 24])
    func `a credit note that was lost is made once, and the money goes back once`(hours: Int) async throws {
        let office = try await Office()
        let work = try await office.note(500)
        office.fixture.stripe.expect("POST /v1/credit_notes", lost)
        try await office.fixture.queue.enqueue(work, of: office.fixture.tenant)
        var claim = try await office.fixture.claim(CreditInvoice.self)
        let outcome = try await office.fixture.perform(claim, by: CreditInvoiceHandler())
        claim = try await office.fixture.again(CreditInvoice.self, after: outcome, claim)
        try await office.fixture.sql("UPDATE app.stripe_call SET first_sent_at = now() - interval '\(hours) hours'")
        let made = StripeObject.creditNote("cn_1", 500, metadata: office.metadata(work.note.text))
        if hours == 0 {
            office.fixture.stripe.expect("POST /v1/credit_notes", 200, made)
        } else {
            office.fixture.stripe.expect("GET /v1/credit_notes", 200, StripeObject.list(made))
        }
        office.fixture.stripe.expect("GET /v1/invoices/in_1", 200, StripeObject.invoice("in_1", "paid"))
        #expect(try await office.fixture.perform(claim, by: CreditInvoiceHandler()) == .recorded)
        #expect(Set(office.fixture.stripe.writes.map(\.idempotencyKey)).count == 1)
        #expect(office.fixture.stripe.writes[0].field("refund_amount") == "500")
        let row = try await office.fixture.sql("SELECT status, stripe_credit_note, number FROM app.credit_note")
        #expect(row == [["issued", "cn_1", "N-CN-01"]])
    }
}
