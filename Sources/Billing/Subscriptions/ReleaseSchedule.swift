public import Jobs

/// Takes the schedule off a running subscription: it goes on as it is, and what was planned does not happen.
public struct ReleaseSchedule: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.release"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions
    /// A dead one keeps nothing waiting: whoever changes the subscription takes the schedule off first.
    public static let onDead = OnDead.skip

    /// Which subscription.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// Which schedule, `sub_sched_…`.
    public var schedule: String
    /// Whether it goes because it has done its work: then a change that was planned on it since is left alone.
    public var isSpent: Bool?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(subscription: Subscription.ID, client: Client.ID, schedule: String, isSpent: Bool? = nil) {
        self.subscription = subscription
        self.client = client
        self.schedule = schedule
        self.isSpent = isSpent
    }
}
