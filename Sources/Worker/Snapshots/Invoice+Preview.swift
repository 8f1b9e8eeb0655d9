internal import Billing
internal import HTTPTypes
public import Stripe

extension Stripe.Invoice {
    /// A bill that is not made yet, as the result of the command that asked for it: JSON text.
    public var previewText: String {
        let contents = InvoiceContents(self)
        func money(_ amount: Int64?) -> JSON {
            amount.map { ["amount": .integer($0), "currency": .string(self.currency)] } ?? .null
        }
        let body: JSON = [
            "object": "invoice_preview", "currency": .string(self.currency),
            "amount_due": money(self.amountDue), "subtotal": money(contents.subtotal),
            "discount_amount": money(contents.discountAmount), "tax_amount": money(contents.taxAmount),
            "total": money(contents.total),
            "period_start": self.periodStart.map(JSON.integer) ?? .null,
            "period_end": self.periodEnd.map(JSON.integer) ?? .null,
            "next_payment_attempt": self.nextPaymentAttempt.map(JSON.integer) ?? .null,
            "lines": contents.lines.flatMap { try? JSON.parse(Array($0.utf8)) } ?? [],
        ]
        return body.text
    }
}
