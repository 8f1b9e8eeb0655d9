public import FoundationEssentials

/// One of Stripe's objects in an import, and what it would become.
public struct ImportItem: Equatable, Sendable {
    /// What it is to us.
    public enum Verdict: String, CaseIterable, Sendable {
        /// Here already.
        case known
        /// Surely one of ours.
        case match
        /// The caller decides.
        case conflict
        /// Not here.
        case new
    }

    /// What is done with it.
    public enum Decision: String, CaseIterable, Sendable {
        /// It becomes one of ours.
        case link
        /// It is made anew here.
        case create
        /// It is left alone.
        case skip
    }

    /// What was done.
    public enum Outcome: String, CaseIterable, Sendable {
        /// Linked to one of ours.
        case linked
        /// Made anew.
        case created
        /// Left alone.
        case skipped
        /// It could not be.
        case failed
    }

    /// Which one.
    public var id: ImportItem.ID
    /// Stripe's id.
    public var stripeID: String
    /// What Stripe says of it; JSON text.
    public var facts: String
    /// nil until all is read.
    public var verdict: Verdict?
    /// Why it is a conflict: `several_clients`, `several_customers`, `client_has_customer`, `customer_unknown`,
    /// `price_unknown`.
    public var reason: String?
    /// Ours that it is, or became.
    public var row: UUID?
    /// Ours that it may be.
    public var candidates: [UUID]
    /// What is to be done.
    public var decision: Decision?
    /// What was done.
    public var outcome: Outcome?
    /// Why it could not be; JSON text.
    public var problem: String?
}
