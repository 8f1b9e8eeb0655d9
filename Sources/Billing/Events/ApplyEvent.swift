public import Jobs

/// Looks at the object that a received Stripe event names, and applies what it finds there.
///
/// Events of one customer run one after the other; an event without a customer is ordered by its object.
public struct ApplyEvent: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "event.apply"
    /// Which workers carry it out.
    public static let queue = QueueName.access
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.access
    /// Whether a dead one keeps its successors waiting.
    public static let onDead = OnDead.skip

    /// Stripe's id, `evt_…`: the row of `app.stripe_event`.
    public var event: String
    /// Stripe's customer the object belongs to, where it has one.
    public var customer: String?
    /// Stripe's id of the object the event is about.
    public var object: String?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { customer.map { "customer:\($0)" } ?? object.map { "object:\($0)" } }

    /// States the wish.
    public init(event: String, customer: String?, object: String?) {
        self.event = event
        self.customer = customer
        self.object = object
    }
}
