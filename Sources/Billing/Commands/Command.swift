public import Daemon
public import FoundationEssentials

/// A tenant's intention, carried out by a worker, with everything that was tried.
public struct Command: Equatable, Sendable {
    /// One try, or a decision about it.
    public struct Attempt: Equatable, Sendable {
        /// Counts from 1; 0 is a decision.
        public var number: Int
        /// When it began; nil for a decision, and where nobody could tell: its worker was lost.
        public var beganAt: Timestamp?
        /// When it ended, or was decided; nil while it runs.
        public var endedAt: Timestamp?
        /// How long it took.
        public var milliseconds: Int?
        /// `running`, `succeeded`, `refused`, `retry`, `snooze`, `dead`, `lost`, `cancel`, `resolve:…`.
        public var verdict: String
        /// Stripe's answer.
        public var httpStatus: Int?
        /// Stripe's code.
        public var code: String?
        /// Stripe's request id.
        public var requestID: String?
        /// Stripe's message.
        public var message: String?
        /// When it is tried again.
        public var nextAt: Timestamp?
    }

    /// One write to Stripe.
    public struct Step: Equatable, Sendable {
        /// Counts from 0.
        public var number: Int
        /// Counts from 0; a new one after the earlier proved to have had no effect.
        public var generation: Int
        /// `POST`, `DELETE`.
        public var method: String
        /// Under Stripe's address.
        public var path: String
        /// First.
        public var sentAt: Timestamp
        /// When its outcome became known.
        public var answeredAt: Timestamp?
        /// Stripe's answer.
        public var httpStatus: Int?
        /// Stripe's request id.
        public var requestID: String?
        /// What it made or changed.
        public var object: String?
        /// `succeeded`, `refused`, `void`; nil while unknown.
        public var outcome: String?
    }

    /// Inside the queue only.
    public var number: Int64
    /// Which one.
    public var id: Command.ID
    /// What to do, like `subscription.start`.
    public var kind: String
    /// What `target` is, like `subscription`.
    public var targetKind: String?
    /// The row it is about.
    public var target: UUID?
    /// When it was accepted.
    public var createdAt: Timestamp
    /// When it ended.
    public var finishedAt: Timestamp?
    /// How it ended: `done`, `failed`, `dead`, `cancelled`; nil while it lives.
    public var outcome: String?
    /// What it made; JSON text.
    public var result: String?
    /// Why it failed; JSON text.
    public var problem: String?
    /// `queued`, `running`, `waiting_retry`, `succeeded`, `failed`, `dead`, `canceled`.
    public var state: String
    /// Counts claims.
    public var attempt: Int
    /// When it runs next.
    public var nextAt: Timestamp?
}
