public import Jobs

/// Deletes what nobody needs any more: answers under old idempotency keys, old attempts, ended commands that touched no
/// money, deliveries, quotes nobody bought by. Enqueues itself again.
public struct ForgetOldRows: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "rows.forget"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// After everything somebody waits for.
    public static let urgency = Urgency.background
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init() {}
}
