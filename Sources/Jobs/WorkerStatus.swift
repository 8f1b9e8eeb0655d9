public import Daemon

/// A worker process as the database knows it.
public struct WorkerStatus: Sendable, Equatable {
    /// Its row.
    public let id: Int64
    /// Which queue it serves.
    public let queue: String
    /// Its machine.
    public let host: String
    /// Its process there.
    public let processID: Int64
    /// Its program's version.
    public let version: String
    /// Since when.
    public let startedAt: Timestamp
    /// How long ago its heart beat; above fifteen seconds its jobs go to others.
    public let silence: Duration
    /// Whether it takes no more jobs.
    public let isDraining: Bool
    /// Jobs in its hands.
    public let running: Int64
}
