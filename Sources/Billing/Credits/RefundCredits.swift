public import Jobs

/// Gives money of a purchase of credits back at Stripe, and takes its share of the credits.
public struct RefundCredits: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "credits.refund"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which one.
    public var refund: CreditRefund.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(refund: CreditRefund.ID, client: Client.ID) {
        self.refund = refund
        self.client = client
    }
}
