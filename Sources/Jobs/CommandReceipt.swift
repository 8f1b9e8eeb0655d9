public import FoundationEssentials

/// An accepted command.
public struct CommandReceipt: Sendable, Equatable {
    /// Its row.
    public let id: Int64
    /// Its name outside.
    public let publicID: UUID
    /// Whether this call made it; false when its dedupe key had been used before.
    public let isNew: Bool
    /// Where it runs.
    public let queue: QueueName
    /// Whose it is; only good for `Kicker`.
    public let tenant: Int64
}
