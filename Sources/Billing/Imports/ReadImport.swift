public import Jobs

/// Reads Stripe's list for an import, page by page, and says what each object is to us.
public struct ReadImport: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "import.read"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// After everything somebody waits for.
    public static let urgency = Urgency.background
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
