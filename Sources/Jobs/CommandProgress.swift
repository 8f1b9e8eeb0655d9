public import Daemon

/// How far a command has come.
public struct CommandProgress: Sendable, Equatable {
    /// Its row.
    public let command: Int64
    /// queued, running, waiting_retry, succeeded, failed, dead or canceled.
    public let state: String
    /// How often it was begun.
    public let attempt: Int
    /// How often it failed.
    public let failures: Int
    /// When it runs next, where that is known.
    public let nextAt: Timestamp?
}
