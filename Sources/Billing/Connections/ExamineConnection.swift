public import Jobs

/// The connection doctor: asks Stripe, by reads alone, whether the key may do what is needed, whether Stripe Tax is set
/// up, how payouts fare, how far the clocks are apart; and makes the way stand on which meter errors come.
public struct ExamineConnection: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.examine"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// After everything somebody waits for.
    public static let urgency = Urgency.background
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// None: it only looks, and nobody waits for it.
    public var orderingKey: String? { nil }

    /// States the wish.
    public init(connection: Connection.ID) { self.connection = connection }
}
