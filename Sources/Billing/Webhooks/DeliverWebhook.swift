public import Jobs

/// Sends one event to one endpoint, and again until it is taken or given up.
public struct DeliverWebhook: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever. SQL writes it too (`app.make_delivery`).
    public static let kind = "webhook.deliver"
    /// Which workers carry it out.
    public static let queue = QueueName.webhooks
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip
    /// The schedule of tries ends it, not failures.
    public static let failuresMax = 100

    /// The row of `app.webhook_delivery`.
    public var delivery: WebhookDelivery.ID

    /// States the wish.
    public init(delivery: WebhookDelivery.ID) { self.delivery = delivery }
}
