public import Daemon
public import FoundationEssentials

/// A live job or a dead letter in the operator's list.
public struct JobSummary: Sendable, Equatable {
    /// The command's row; the next page is before the last one's.
    public let command: Int64
    /// Its name outside.
    public let publicID: UUID
    /// Whose it is.
    public let tenant: UUID
    /// The tenant's name.
    public let tenantName: String
    /// Its queue.
    public let queue: String
    /// What it is.
    public let kind: String
    /// ready, running, scheduled, retrying, blocked or dead.
    public let state: String
    /// What it is ordered by.
    public let orderingKey: String?
    /// How often it was begun.
    public let attempt: Int
    /// How often it failed.
    public let failures: Int
    /// When it was accepted.
    public let createdAt: Timestamp
    /// When it runs next, or since when it is ready.
    public let nextAt: Timestamp?
    /// Stripe's status at the last attempt that failed.
    public let httpStatus: Int?
    /// Stripe's code, or ours.
    public let code: String?
    /// Stripe's request id.
    public let requestID: String?
    /// Stripe's message, or ours.
    public let message: String?
}
