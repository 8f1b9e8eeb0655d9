public import Daemon
public import Jobs

/// The grace of a failed payment is over: blocks the client if it is still owed and the deadline is still this one.
public struct EnforceDeadline: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "access.deadline"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.access
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The hold whose grace ends.
    public var hold: AccessHold.ID
    /// Whose it is.
    public var client: Client.ID
    /// The deadline this job was made for; another one in the row means a newer job stands.
    public var deadline: Timestamp
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(hold: AccessHold.ID, client: Client.ID, deadline: Timestamp) {
        self.hold = hold
        self.client = client
        self.deadline = deadline
    }
}
