public import Jobs

/// Ends a client's billing for good: its subscriptions at Stripe, its open invoices if wished, then the client itself.
public struct CloseClient: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "client.close"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Whose it is.
    public var client: Client.ID
    /// Whether open invoices are voided; otherwise they are still to be paid.
    public var voidsInvoices: Bool
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(client: Client.ID, voidsInvoices: Bool) {
        self.client = client
        self.voidsInvoices = voidsInvoices
    }
}

/// Takes a closed client's personal data away, here and at Stripe; what was billed stays.
public struct EraseClient: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "client.erase"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(client: Client.ID) { self.client = client }
}
