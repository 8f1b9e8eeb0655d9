/// A correction of a finalized invoice. Source: https://docs.stripe.com/api/credit_notes/object
public struct CreditNote: Decodable, Sendable, Identifiable {
    /// Money that went back with it.
    public struct Part: Decodable, Sendable {
        /// Minor units.
        public let amountRefunded: Int64
        /// `re_…`; nil for money that Stripe did not move.
        public let refund: String?
    }

    /// `cn_…`
    public let id: String
    /// `issued` or `void`.
    public let status: String
    /// Of which invoice.
    public let invoice: String
    /// Minor units, tax included.
    public let amount: Int64
    /// ISO 4217, lower case.
    public let currency: String
    /// The number people quote.
    public let number: String?
    /// The document.
    public let pdf: String?
    /// Why; an open list.
    public let reason: String?
    /// Stands on the document.
    public let memo: String?
    /// The money that went back with it.
    public let refunds: [Part]?
    /// Ours to match by.
    public let metadata: [String: String]?
}

extension StripeCall where Answer == CreditNote {
    /// Takes an amount off a finalized invoice. On a paid one the money goes back; on an open one less is due.
    public static func createCreditNote(
        invoice: String, amount: Int64, refundAmount: Int64?, reason: String?, memo: String?,
        metadata: [String: String]
    ) -> Self {
        var form: StripeForm = ["invoice": invoice]
        form.add("amount", amount)
        form.add("refund_amount", refundAmount)
        form.add("reason", reason)
        form.add("memo", memo)
        form.add(metadata: metadata)
        return post("/v1/credit_notes", form)
    }

    /// How it stands.
    public static func retrieveCreditNote(_ id: String) -> Self { get("/v1/credit_notes/\(segment(id))") }
}

extension StripeCall where Answer == List<CreditNote> {
    /// An invoice's credit notes, to find one whose creation was answered into the void.
    public static func listCreditNotes(of invoice: String, startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["invoice": invoice, "limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/credit_notes", form)
    }
}
