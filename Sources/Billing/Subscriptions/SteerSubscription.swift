public import Jobs

/// Takes a planned end back, pauses the collection of bills, or goes on with it.
public struct SteerSubscription: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.steer"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// What to do.
    public var turn: Turn
    /// Of a pause: what becomes of the bills.
    public var behavior: PauseBehavior?
    /// Of a pause: until when, unix seconds.
    public var resumesAt: Int64?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// What to do.
    public enum Turn: String, Codable, Sendable {
        /// It does not end with its period after all.
        case uncancel
        /// Nobody collects its bills.
        case pause
        /// They are collected again.
        case resume
    }

    /// States the wish.
    public init(
        subscription: Subscription.ID, client: Client.ID, turn: Turn, behavior: PauseBehavior? = nil,
        resumesAt: Int64? = nil
    ) {
        self.subscription = subscription
        self.client = client
        self.turn = turn
        self.behavior = behavior
        self.resumesAt = resumesAt
    }
}
