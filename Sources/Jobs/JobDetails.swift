public import Daemon
public import FoundationEssentials

/// One command, whatever became of it.
public struct JobDetails: Sendable, Equatable {
    /// Its row.
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
    /// queued, running, waiting_retry, succeeded, failed, dead or canceled.
    public let state: String
    /// What it is ordered by.
    public let orderingKey: String?
    /// How often it was begun.
    public let attempt: Int
    /// How often it failed.
    public let failures: Int
    /// When it was accepted.
    public let createdAt: Timestamp
    /// When it runs next, where that is known.
    public let nextAt: Timestamp?
    /// When it ended.
    public let finishedAt: Timestamp?
    /// The job as JSON: identifiers, never a secret.
    public let payload: String
    /// What it brought, as JSON.
    public let result: String?
    /// Why it was refused or died, as JSON.
    public let problem: String?
    /// One sentence: why it waits, or how it ended.
    public let why: String
}
