public import Jobs

/// Has Stripe add tax to a running subscription (K2), or no longer (K5).
public struct SetSubscriptionTax: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.tax"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// Whether it shall.
    public var isEnabled: Bool
    /// Whether the client was given a country or postal code with the wish, which Stripe is to take or refuse.
    public var hasLocation: Bool
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(subscription: Subscription.ID, client: Client.ID, isEnabled: Bool, hasLocation: Bool) {
        self.subscription = subscription
        self.client = client
        self.isEnabled = isEnabled
        self.hasLocation = hasLocation
    }
}
