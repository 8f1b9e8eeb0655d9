public import Daemon

/// A look at what exists at Stripe and not here. Nothing of it enters the tenant's things before it is confirmed.
public struct Import: Equatable, Sendable {
    /// What is looked for.
    public enum What: String, CaseIterable, Sendable {
        /// Stripe's customers, to become clients.
        case customers
        /// Products with their prices.
        case products
        /// Subscriptions of clients that are here.
        case subscriptions
    }

    /// How far it is.
    public enum Status: String, CaseIterable, Sendable {
        /// A worker reads Stripe's list.
        case reading
        /// The report is there; nothing was changed.
        case ready
        /// It was confirmed; a worker carries it out.
        case applying
        /// Carried out.
        case done
        /// Stripe's list could not be read.
        case failed
    }

    /// How many items there are of each verdict and each outcome.
    public struct Counts: Equatable, Sendable {
        /// Here already.
        public var known: Int64
        /// Surely one of ours.
        public var match: Int64
        /// May be several of ours, or none: the caller decides.
        public var conflict: Int64
        /// Not here.
        public var new: Int64
        /// Carried out: linked to one of ours.
        public var linked: Int64
        /// Carried out: made anew.
        public var created: Int64
        /// Left alone.
        public var skipped: Int64
        /// Could not be carried out.
        public var failed: Int64
    }

    /// Which one.
    public var id: Import.ID
    /// What is looked for.
    public var what: What
    /// How far it is.
    public var status: Status
    /// The account that was read.
    public var accountID: String?
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it was asked for.
    public var createdAt: Timestamp
    /// When all was read.
    public var readAt: Timestamp?
    /// When it was confirmed.
    public var confirmedAt: Timestamp?
    /// When it was carried out.
    public var finishedAt: Timestamp?
    /// How many items there are.
    public var counts: Counts
}
