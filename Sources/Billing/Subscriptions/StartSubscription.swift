public import Jobs

/// Makes a subscription true at Stripe, charging the card on file. A declined card fails the command and leaves the
/// subscription `awaiting_payment`.
public struct StartSubscription: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.start"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.access

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is: one client's commands run one after the other.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(subscription: Subscription.ID, client: Client.ID) {
        self.subscription = subscription
        self.client = client
    }
}
