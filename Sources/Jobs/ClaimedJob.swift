public import Daemon

/// A job in a worker's hands, on a lease.
public struct ClaimedJob: Sendable, Equatable {
    /// Its command.
    public let id: Int64
    /// Whose it is; only good for entering with the lease.
    public let tenant: Int64
    /// The fencing token: whoever finishes with an older one is refused.
    public let lease: Int64
    /// How often it was claimed, this time included.
    public let attempt: Int
    /// Failures so far.
    public let failures: Int
    /// What it is.
    public let kind: String
    /// The job as JSON, decoded by whoever performs it.
    public let payload: String
    /// When it should be over.
    public let deadline: Timestamp
    /// W3C trace context of who asked for it.
    public let traceParent: String?
    /// Its place on its ordering key.
    public let keySeq: Int32?
    /// How long it was ready before it was claimed.
    public let waited: Duration

    /// A claim by hand, for tests of handlers.
    public init(
        id: Int64, tenant: Int64, lease: Int64, attempt: Int = 1, failures: Int = 0, kind: String, payload: String,
        deadline: Timestamp, traceParent: String? = nil, keySeq: Int32? = nil, waited: Duration = .zero
    ) {
        self.id = id
        self.tenant = tenant
        self.lease = lease
        self.attempt = attempt
        self.failures = failures
        self.kind = kind
        self.payload = payload
        self.deadline = deadline
        self.traceParent = traceParent
        self.keySeq = keySeq
        self.waited = waited
    }
}
