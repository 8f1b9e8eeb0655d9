public import Jobs

/// Gives money of a paid invoice back.
public struct RefundInvoice: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "invoice.refund"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which refund.
    public var refund: Refund.ID
    /// Which one.
    public var invoice: Invoice.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(refund: Refund.ID, invoice: Invoice.ID, client: Client.ID) {
        self.refund = refund
        self.invoice = invoice
        self.client = client
    }
}
