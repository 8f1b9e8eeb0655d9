public import Jobs

/// Looks at Stripe how a purchase of credits stands: paid or not, what Stripe took, what was given back.
public struct RefreshCreditPurchase: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "credits.refresh"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Which one.
    public var purchase: CreditPurchase.ID
    /// Whose it is.
    public var client: Client.ID
    /// How often it was looked before because something was not settled yet.
    public var round: Int?
    /// None for a later look: whoever shares its key would wait with it.
    public var orderingKey: String? { round == nil ? "client:\(client)" : nil }

    /// States the wish.
    public init(purchase: CreditPurchase.ID, client: Client.ID, round: Int? = nil) {
        self.purchase = purchase
        self.client = client
        self.round = round
    }
}
