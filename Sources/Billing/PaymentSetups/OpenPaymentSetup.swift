public import Jobs

/// Opens a Checkout page in setup mode for a client, its customer first. Result: `url`, `expires_at`.
public struct OpenPaymentSetup: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "payment_setup.open"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.access
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Which one.
    public var setup: PaymentSetup.ID
    /// Whose it is.
    public var client: Client.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(setup: PaymentSetup.ID, client: Client.ID) {
        self.setup = setup
        self.client = client
    }
}
