public import Jobs

/// The time of a hold is over: gives its credits back, unless it ended before.
public struct ExpireCreditHold: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "credits.hold_expire"
    /// Which workers carry it out.
    public static let queue = QueueName.invoices
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Which one.
    public var hold: CreditHold.ID
    /// Whose it is.
    public var client: Client.ID
    /// None: it is scheduled ahead, and whoever shares its key would wait with it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(hold: CreditHold.ID, client: Client.ID) {
        self.hold = hold
        self.client = client
    }
}
