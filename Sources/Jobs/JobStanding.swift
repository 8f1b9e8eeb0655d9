public import FoundationEssentials

/// What runs, or is tried again, in one queue for one reason: how much of it, and the one that stands there longest.
public struct JobStanding: Sendable, Equatable {
    /// What its jobs do.
    public enum State: String, Sendable {
        /// A worker has them.
        case running
        /// They were tried, and wait for the next try.
        case retrying
    }

    /// The queue's name.
    public let queue: String
    /// What they do.
    public let state: State
    /// What the last try said, Stripe's word or ours; nil for what runs.
    public let code: String?
    /// How many.
    public let jobs: Int64
    /// How long the oldest one runs, or since its first try.
    public let age: Duration
    /// How long the oldest one is past its deadline; zero for what is tried again.
    public let overdue: Duration
    /// The oldest one.
    public let command: UUID
    /// What it is.
    public let kind: String
    /// Whose it is.
    public let tenantName: String

    /// States it.
    public init(
        queue: String, state: State, code: String?, jobs: Int64, age: Duration, overdue: Duration = .zero,
        command: UUID, kind: String, tenantName: String
    ) {
        self.queue = queue
        self.state = state
        self.code = code
        self.jobs = jobs
        self.age = age
        self.overdue = overdue
        self.command = command
        self.kind = kind
        self.tenantName = tenantName
    }
}
