public import Jobs

/// Collects a finalized invoice, mails it, or takes it back.
public struct SettleInvoice: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "invoice.settle"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which one.
    public var invoice: Invoice.ID
    /// Whose it is.
    public var client: Client.ID
    /// What to do.
    public var way: Way
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// What to do.
    public enum Way: String, Codable, Sendable {
        /// Charge the card on file.
        case pay
        /// Mail the link.
        case send
        /// Take it back.
        case void
    }

    /// States the wish.
    public init(invoice: Invoice.ID, client: Client.ID, way: Way) {
        self.invoice = invoice
        self.client = client
        self.way = way
    }
}
