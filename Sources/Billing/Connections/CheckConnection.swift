public import Jobs

/// Asks Stripe whether the key still works and the webhook endpoint still stands. Daily, by wish, and after a 401.
public struct CheckConnection: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.check"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(connection: Connection.ID) { self.connection = connection }
}
