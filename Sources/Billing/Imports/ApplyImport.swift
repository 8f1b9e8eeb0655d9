public import Jobs

/// Carries out a confirmed import: clients, subscriptions and products that are linked to what exists at Stripe.
public struct ApplyImport: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "import.apply"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Which import.
    public var intake: Import.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "import:\(intake)" }

    /// States the wish.
    public init(_ intake: Import.ID) { self.intake = intake }

    enum CodingKeys: String, CodingKey {
        case intake = "import"
    }
}
