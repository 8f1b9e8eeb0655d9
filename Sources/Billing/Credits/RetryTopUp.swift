public import Daemon
public import Jobs

/// The pause after a failed top-up is over: tries again if credits are still needed.
public struct RetryTopUp: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "credits.topup_retry"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Whose it is.
    public var client: Client.ID
    /// The moment it was made for; another one in the row means a newer job stands.
    public var at: Timestamp
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(client: Client.ID, at: Timestamp) {
        self.client = client
        self.at = at
    }
}
