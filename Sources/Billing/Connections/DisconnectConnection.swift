public import Jobs

/// Takes our webhook endpoint away from the tenant's account and retires the secrets. The row says `disconnected`
/// already.
public struct DisconnectConnection: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.disconnect"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID) { self.connection = connection }
}
