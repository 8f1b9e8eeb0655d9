public import Jobs

/// Looks through everything that stands in Stripe's own product catalogue: meters, products, prices (B1).
public struct ImportCatalogue: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "catalogue.import"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "catalogue" }

    /// States the wish.
    public init() {}
}
