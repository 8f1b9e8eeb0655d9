public import Jobs

/// Has a purchase of credits paid: charges the card on file, or opens the page.
public struct BuyCredits: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "credits.buy"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices

    /// Which one.
    public var purchase: CreditPurchase.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(purchase: CreditPurchase.ID, client: Client.ID) {
        self.purchase = purchase
        self.client = client
    }
}
