public import Daemon

/// What is sent to Stripe: the sum of a customer's usage on a meter within a window that no billing period cuts. Added
/// to while it is pending, frozen when it is first sent.
public struct UsageBatch: Equatable, Sendable {
    /// How far it has come.
    public enum Status: String, CaseIterable, Sendable {
        /// Still added to.
        case pending
        /// Frozen; Stripe was asked, or is about to be.
        case sent
        /// Stripe took it.
        case confirmed
        /// Nobody knows, and sums do not tell: it is not sent again.
        case unknown
        /// Stripe, or we, said no; its events are not metered.
        case rejected
        /// Its events were taken back before it was sent.
        case empty
    }

    /// Which one.
    public var id: UsageBatch.ID
    /// Where it goes.
    public var meter: Meter.ID
    /// Whose.
    public var customer: String
    /// The time Stripe is told: of its latest event.
    public var at: Timestamp
    /// How much; less than nothing is a correction.
    public var value: Int64
    /// How many events it is of.
    public var events: Int
    /// How far it has come.
    public var status: Status
    /// Stripe's name of it, for ever the same.
    public var identifier: String?
    /// When it was first sent.
    public var firstAttemptAt: Timestamp?
}

/// A difference between our sums and Stripe's.
public struct UsageDrift: Equatable, Sendable {
    /// Which one.
    public var id: UsageDrift.ID
    /// On which meter.
    public var meter: Meter.ID
    /// Whose.
    public var customer: String
    /// From when.
    public var from: Timestamp
    /// Until when.
    public var until: Timestamp
    /// What the events add up to.
    public var eventsTotal: Int64
    /// What the batches add up to.
    public var batchesTotal: Int64
    /// What Stripe says; nil when it could not.
    public var stripeTotal: Int64?
    /// When it was first seen.
    public var firstSeenAt: Timestamp
    /// When it was gone.
    public var resolvedAt: Timestamp?
}
