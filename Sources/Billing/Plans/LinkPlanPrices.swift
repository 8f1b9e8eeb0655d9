public import Jobs

/// Looks for the prices that were pasted into a plan, in the connected account (B21).
public struct LinkPlanPrices: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "plan.link"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which plan.
    public var plan: Plan.ID
    /// Which version of it.
    public var version: Int
    /// Whether it is sold as soon as everything was found.
    public var activates: Bool
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "plan:\(plan)" }

    /// States the wish.
    public init(plan: Plan.ID, version: Int, activates: Bool) {
        self.plan = plan
        self.version = version
        self.activates = activates
    }
}
