public import Jobs

/// Corrects a finalized invoice by a credit note.
public struct CreditInvoice: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "invoice.credit_note"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which credit note.
    public var note: CreditNote.ID
    /// Which one.
    public var invoice: Invoice.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(note: CreditNote.ID, invoice: Invoice.ID, client: Client.ID) {
        self.note = note
        self.invoice = invoice
        self.client = client
    }
}
