public import Jobs

/// Tells Stripe of one batch. Stripe takes one call at a time for a customer and a meter (F8).
public struct SendUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.send"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// The others of this customer do not depend on it.
    public static let onDead = OnDead.skip

    /// What is sent.
    public var batch: UsageBatch.ID
    /// Where.
    public var meter: Meter.ID
    /// Whose; Stripe's id.
    public var customer: String

    /// One customer and meter after the other; `app.attribute_usage` writes the same.
    public var orderingKey: String? { "meter:\(meter):\(customer)" }

    /// States the wish.
    public init(batch: UsageBatch.ID, meter: Meter.ID, customer: String) {
        self.batch = batch
        self.meter = meter
        self.customer = customer
    }
}

/// Takes an event back.
public struct VoidUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.void"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// Which.
    public var event: UsageEvent.ID

    /// States the wish.
    public init(event: UsageEvent.ID) { self.event = event }
}

/// Attributes anew what was not metered, by the rules and the customers of today.
public struct ReattributeUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.reattribute"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// Of this agent only.
    public var agent: Agent.ID?
    /// With this reason only.
    public var reason: String?
    /// The event that was put back last, where another turn goes on.
    public var after: UsageEvent.ID?

    /// States the wish.
    public init(agent: Agent.ID? = nil, reason: String? = nil, after: UsageEvent.ID? = nil) {
        self.agent = agent
        self.reason = reason
        self.after = after
    }
}

/// Reads one of Stripe's reports on usage that did not count, and tells the events it is about.
public struct ReadErrorReport: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.error_report"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// Stripe's id, `evt_…`.
    public var event: String

    /// States the wish.
    public init(event: String) { self.event = event }
}

/// Looks for reports that no thin event told of.
public struct SweepErrorReports: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.sweep_reports"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// States the wish.
    public init() {}
}

/// Compares what events, batches and Stripe say of each customer and meter in a window of whole minutes (V5).
public struct CheckUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.check"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// How it is ordered among the same tenant's jobs.
    public static let urgency = Urgency.background
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// From when, in seconds since 1970.
    public var from: Int64
    /// Until when.
    public var until: Int64
    /// The meter that was compared last, where another turn goes on.
    public var meter: Meter.ID?
    /// And the customer.
    public var customer: String?

    /// States the wish.
    public init(from: Int64, until: Int64, meter: Meter.ID? = nil, customer: String? = nil) {
        self.from = from
        self.until = until
        self.meter = meter
        self.customer = customer
    }
}

/// Attributes and sends at once what there is of a subscription that is about to be billed, or just was: Stripe closes
/// the books an hour after the period's end (F13).
public struct FlushUsage: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "usage.flush"
    /// Which workers carry it out.
    public static let queue = QueueName.metering
    /// Before everything else: the invoice does not wait.
    public static let urgency = Urgency.access
    /// Nothing waits for it.
    public static let onDead = OnDead.skip

    /// Which.
    public var subscription: Subscription.ID

    /// States the wish.
    public init(subscription: Subscription.ID) { self.subscription = subscription }
}
