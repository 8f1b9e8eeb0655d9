public import Jobs

/// Ends a subscription, now or when its paid period ends.
public struct CancelSubscription: Job, Equatable {
    /// When it ends.
    public enum Moment: String, Codable, Sendable, CaseIterable {
        /// At once; nothing is refunded.
        case now
        /// When the paid period is over.
        case periodEnd = "period_end"
    }

    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.cancel"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// When it ends.
    public var at: Moment
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(subscription: Subscription.ID, client: Client.ID, at moment: Moment) {
        self.subscription = subscription
        self.client = client
        self.at = moment
    }
}
