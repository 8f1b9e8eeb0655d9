public import Jobs

/// Compares everything Stripe has with what we have, page by page.
public struct Reconcile: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "reconciliation.run"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// After everything somebody waits for.
    public static let urgency = Urgency.background
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Which walk.
    public var reconciliation: Reconciliation.ID
    /// None: the walk itself is the only one that runs.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(reconciliation: Reconciliation.ID) { self.reconciliation = reconciliation }
}
