public import Jobs

/// Makes the card of a finished setup intent the customer's default and starts what waited for it.
public struct AdoptPaymentMethod: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "payment_method.adopt"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.access

    /// Whose it is.
    public var client: Client.ID
    /// Stripe's id, `seti_…`.
    public var setupIntent: String
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(client: Client.ID, setupIntent: String) {
        self.client = client
        self.setupIntent = setupIntent
    }

    enum CodingKeys: String, CodingKey {
        case client
        case setupIntent = "setup_intent"
    }
}
