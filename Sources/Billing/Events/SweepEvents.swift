public import Jobs

/// Finds events that no webhook brought, by Stripe's list of events. Enqueues itself again while the connection stands.
public struct SweepEvents: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "events.sweep"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(connection: Connection.ID) { self.connection = connection }
}
