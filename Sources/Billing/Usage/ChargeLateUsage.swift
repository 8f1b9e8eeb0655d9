public import Jobs

/// Puts late usage on invoices of its own, client by client, where the agency wants it so (`one_off_invoice`). Once a
/// night, or when somebody asks for it.
public struct ChargeLateUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.charge_late"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// The next night takes what this one left.
    public static let onDead = OnDead.skip

    /// The client after whom a turn goes on.
    public var after: Client.ID?

    /// States the wish.
    public init(after: Client.ID? = nil) { self.after = after }
}
