public import Daemon
public import FoundationEssentials

/// A tenant whose jobs in a queue do not run.
public struct PausedLane: Sendable, Equatable {
    /// The queue's name.
    public let queue: String
    /// The tenant.
    public let tenant: UUID
    /// Its name.
    public let tenantName: String
    /// Since when.
    public let pausedAt: Timestamp
    /// credentials (ends when the connection is verified) or operator.
    public let pausedBy: String
    /// In words.
    public let why: String?
}
