public import Jobs

/// Makes a one-time invoice at Stripe, finalizes it, then charges the card or mails the request for payment.
public struct IssueInvoice: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "invoice.issue"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which one.
    public var invoice: Invoice.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(invoice: Invoice.ID, client: Client.ID) {
        self.invoice = invoice
        self.client = client
    }
}
