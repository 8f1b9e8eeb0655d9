public import Jobs

/// Makes the client's customer at Stripe.
public struct PublishClient: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "client.publish"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(client: Client.ID) { self.client = client }
}
