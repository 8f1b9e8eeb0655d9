public import Jobs

/// Makes the webhook endpoint at Stripe stand again: adopted where we hold its secret, else deleted and made anew.
public struct RepairWebhook: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "connection.repair_webhook"
    /// Which workers carry it out.
    public static let queue = QueueName.onboarding
    /// Whether a dead one keeps its successors waiting: a key pasted later stands for itself.
    public static let onDead = OnDead.skip

    /// The tenant's connection.
    public var connection: Connection.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "connection" }

    /// States the wish.
    public init(connection: Connection.ID) { self.connection = connection }
}
