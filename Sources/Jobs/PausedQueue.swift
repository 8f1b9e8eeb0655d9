public import Daemon

/// A queue of which nothing is begun.
public struct PausedQueue: Sendable, Equatable {
    /// The queue's name.
    public let queue: String
    /// Since when.
    public let pausedAt: Timestamp
    /// In an operator's words.
    public let why: String?
}
