import Billing
@testable import InvoicesWorker
@testable import Jobs
import TestSupport
import Testing
import Worker

/// One-time invoices.
@Suite(.freshDatabase) struct InvoiceHandlerTests {
    private func ready(
        _ collection: String, customer: String? = "cus_1", card: String? = "pm_1", email: String? = "a@c.example"
    ) async throws -> (HandlerFixture, IssueInvoice) {
        let fixture = try await HandlerFixture()
        let client = try await fixture.addClient(customer: customer, card: card, email: email)
        let (_, prices) = try await fixture.addProduct(interval: nil)
        let invoice = try await fixture.addInvoice(of: client, collection: collection, price: prices[0])
        return (fixture, IssueInvoice(invoice: invoice, client: client))
    }

    private func expectDraft(_ fixture: HandlerFixture) {
        fixture.stripe.expect("POST /v1/invoices", 200, StripeObject.invoice("in_1", "draft"))
        fixture.stripe.expect("POST /v1/invoiceitems", 200, #"{"id":"ii_1","invoice":"in_1"}"#)
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 200, StripeObject.invoice("in_1", "open"))
    }

    @Test func `H3: an invoice is made, filled, finalized and charged, each step under its own key`() async throws {
        let (fixture, work) = try await ready("auto_charge", customer: nil)
        fixture.stripe.expect("POST /v1/customers", 200, StripeObject.customer("cus_1"))
        expectDraft(fixture)
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 200, StripeObject.invoice("in_1", "paid"))
        #expect(try await fixture.run(work, by: IssueInvoiceHandler()) == .recorded)
        #expect(fixture.stripe.isSatisfied)
        #expect(Set(fixture.stripe.calls.map(\.idempotencyKey)).count == 5)
        let row = try await fixture.sql("SELECT status, stripe_invoice, stripe_item, amount_paid FROM app.invoice")
        #expect(row == [["paid", "in_1", "ii_1", "2500"]])
    }

    @Test func `H4: a request for payment is mailed`() async throws {
        let (fixture, work) = try await ready("request_payment", card: nil)
        expectDraft(fixture)
        fixture.stripe.expect("POST /v1/invoices/in_1/send", 200, StripeObject.invoice("in_1", "open"))
        try await fixture.run(work, by: IssueInvoiceHandler())
        #expect(fixture.stripe.isSatisfied)
        #expect(try await fixture.value("SELECT sent_at IS NOT NULL FROM app.invoice") == "t")
        // The same wish again finds nothing to do.
        try await fixture.run(work, by: IssueInvoiceHandler())
        #expect(fixture.stripe.writes.count == 4)
    }

    @Test(arguments: [("auto_charge", "payment_method_missing"), ("request_payment", "admin_email_missing")])
    func `H3 H6: what is missing is said before anything is sent`(collection: String, code: String) async throws {
        let (fixture, work) = try await ready(collection, card: nil, email: nil)
        try await fixture.run(work, by: IssueInvoiceHandler())
        #expect(try await fixture.ending() == "failed \(code)")
        #expect(fixture.stripe.calls.isEmpty)
        let row = try await fixture.sql("SELECT status, problem ->> 'code' FROM app.invoice")
        #expect(row.first == ["failed", code])
    }

    @Test func `a declined card leaves the invoice open, with its page and the reason`() async throws {
        let (fixture, work) = try await ready("auto_charge")
        expectDraft(fixture)
        let error = StripeObject.error("card_error", "card_declined", "Declined.", decline: "insufficient_funds")
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 402, error)
        try await fixture.run(work, by: IssueInvoiceHandler())
        #expect(try await fixture.ending() == "failed card_declined")
        let row = try await fixture.sql(
            "SELECT status, problem ->> 'decline_code', hosted_invoice_url FROM app.invoice")
        #expect(row.first == ["open", "insufficient_funds", "https://pay.example/in_1"])
    }

    @Test func `H5: a crash in the middle makes no second invoice and no second line`() async throws {
        let (fixture, work) = try await ready("auto_charge")
        fixture.stripe.expect("POST /v1/invoices", 200, StripeObject.invoice("in_1", "draft"))
        fixture.stripe.expect("POST /v1/invoiceitems", .run { _ in throw CancellationError() })
        try await fixture.queue.enqueue(work, of: fixture.tenant)
        var claim = try await fixture.claim(IssueInvoice.self)
        let outcome = try await fixture.perform(claim, by: IssueInvoiceHandler())
        claim = try await fixture.again(IssueInvoice.self, after: outcome, claim)
        fixture.stripe.expect("POST /v1/invoiceitems", 200, #"{"id":"ii_1","invoice":"in_1"}"#)
        fixture.stripe.expect("POST /v1/invoices/in_1/finalize", 200, StripeObject.invoice("in_1", "open"))
        fixture.stripe.expect("POST /v1/invoices/in_1/pay", 200, StripeObject.invoice("in_1", "paid"))
        #expect(try await fixture.perform(claim, by: IssueInvoiceHandler()) == .recorded)
        #expect(fixture.stripe.lines.filter { $0 == "POST /v1/invoices" }.count == 1)
        let lines = fixture.stripe.calls.filter { $0.line == "POST /v1/invoiceitems" }
        #expect(lines.count == 2 && lines[0] == lines[1])
    }

    @Test func `an invoice Stripe refuses has failed, in Stripe's words`() async throws {
        let (fixture, work) = try await ready("auto_charge")
        let error = StripeObject.error("invalid_request_error", "parameter_invalid_empty", "No such thing")
        fixture.stripe.expect("POST /v1/invoices", 400, error)
        try await fixture.run(work, by: IssueInvoiceHandler())
        let row = try await fixture.sql("SELECT status, problem ->> 'detail' FROM app.invoice")
        #expect(row.first == ["failed", "No such thing"])
    }
}
