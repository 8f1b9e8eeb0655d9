public import Daemon

/// How many jobs of a queue are in a state: one line of the operator's first page.
public struct QueueDepth: Sendable, Equatable {
    /// The queue's name.
    public let queue: String
    /// ready, running, scheduled, retrying, blocked or dead.
    public let state: String
    /// How many, counted at `sampledAt`.
    public let jobs: Int64
    /// How long the oldest one has been ready, blocked or dead; zero for the other states.
    public let oldest: Duration
    /// Whether the whole queue is paused.
    public let isPaused: Bool
    /// Tenants paused in this queue.
    public let lanesPaused: Int64
    /// At most five seconds ago.
    public let sampledAt: Timestamp
}
