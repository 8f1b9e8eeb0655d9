public import Daemon
internal import Postgres
internal import Jobs
internal import Stripe

/// One stored attempt at a call that changes something: what was or may have been sent, and what came back.
public struct StoredCall: Sendable, Equatable {
    /// Whose.
    public let command: Int64
    /// Which step of the command.
    public let step: Int
    /// How often the key was renewed after a proof that the earlier one had no effect.
    public let generation: Int
    /// When it was first sent.
    public let sentAt: Timestamp
    let key: String
    let request: StripeRequest
    let sentTo: String?
    let fetchSeq: Int64
    let outcome: String?
    let mustLook: Bool

    /// Whether nobody knows how it ended.
    var isOpen: Bool { outcome == nil }
}
