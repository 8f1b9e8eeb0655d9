public import Daemon
public import FoundationEssentials

/// An object of Stripe's that a walk has to look at before it says anything about it.
public struct DriftSuspect: Equatable, Sendable {
    /// What it is.
    public var kind: DriftItem.ObjectKind
    /// Stripe's id.
    public var stripeID: String
    /// Our row, where there is one.
    public var row: UUID?
    /// Not before this moment: webhooks and commands have their time until then.
    public var dueAt: Timestamp

    /// Names it.
    public init(kind: DriftItem.ObjectKind, stripeID: String, row: UUID?, dueAt: Timestamp) {
        self.kind = kind
        self.stripeID = stripeID
        self.row = row
        self.dueAt = dueAt
    }
}
