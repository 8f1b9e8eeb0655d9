public import Jobs

/// Makes an object the same on both sides.
public struct RepairDrift: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "drift.repair"
    /// Where clients, products and subscriptions are told to Stripe.
    public static let queue = QueueName.subscriptions
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// What differs.
    public var item: DriftItem.ID
    /// Whose word counts.
    public var direction: DriftItem.Direction
    /// The ordering key of the other commands about the same client or product; nil where there are none.
    public var order: String?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { order ?? "drift:\(item)" }

    /// States the wish.
    public init(item: DriftItem.ID, direction: DriftItem.Direction, client: Client.ID?, product: Product.ID?) {
        self.item = item
        self.direction = direction
        order = client.map { "client:\($0)" } ?? product.map { "product:\($0)" }
    }
}
