public import Jobs

/// Sells other prices or quantities by a running subscription, now or from its next period on.
public struct ChangeSubscription: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.change"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// What it has from then on.
    public var items: [SubscriptionItemWish]
    /// Who pays for the change, and when.
    public var proration: Proration
    /// As what that is sold; nil: as what it was.
    public var sold: SoldAs?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(
        subscription: Subscription.ID, client: Client.ID, items: [SubscriptionItemWish], proration: Proration,
        sold: SoldAs? = nil
    ) {
        self.subscription = subscription
        self.client = client
        self.items = items
        self.proration = proration
        self.sold = sold
    }
}
