public import Jobs

/// Begins the night's walk through what Stripe has. Scheduled by the sweep for missed events, which goes on while the
/// connection stands.
public struct ReconcileNightly: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "reconciliation.nightly"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// After everything somebody waits for.
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
