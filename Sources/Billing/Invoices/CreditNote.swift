public import Daemon

/// A correction of a finalized invoice.
public struct CreditNote: Equatable, Sendable {
    /// Why, in Stripe's words.
    public enum Reason: String, CaseIterable, Sendable {
        /// It was billed twice.
        case duplicate
        /// The client did not buy it.
        case fraudulent
        /// What was ordered changed.
        case orderChange = "order_change"
        /// It was not good enough.
        case productUnsatisfactory = "product_unsatisfactory"
    }

    /// Which one.
    public var id: CreditNote.ID
    /// Of which invoice.
    public var invoice: Invoice.ID
    /// Minor units, tax included.
    public var amount: Int64
    /// Three lower-case letters.
    public var currency: String
    /// Why.
    public var reason: Reason?
    /// Stands on the document.
    public var memo: String?
    /// `preparing`, `issued`, `void`, `failed`.
    public var status: String
    /// The number people quote.
    public var number: String?
    /// The document.
    public var pdf: String?
    /// Stripe's id, `cn_…`.
    public var stripeCreditNote: String?
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it was wished.
    public var createdAt: Timestamp

    /// States the facts.
    public init(
        id: CreditNote.ID, invoice: Invoice.ID, amount: Int64, currency: String, reason: Reason?, memo: String?,
        status: String, number: String?, pdf: String?, stripeCreditNote: String?, problem: String? = nil,
        createdAt: Timestamp
    ) {
        self.id = id
        self.invoice = invoice
        self.amount = amount
        self.currency = currency
        self.reason = reason
        self.memo = memo
        self.status = status
        self.number = number
        self.pdf = pdf
        self.stripeCreditNote = stripeCreditNote
        self.problem = problem
        self.createdAt = createdAt
    }
}
