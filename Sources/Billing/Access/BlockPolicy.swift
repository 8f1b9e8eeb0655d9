/// When a client whose payment failed is refused: the tenant's choice, since what Stripe does with a failing
/// subscription is a setting of the tenant's Dashboard that nobody can read (F14).
public enum BlockPolicy: String, CaseIterable, Sendable {
    /// As soon as a subscription is `past_due`.
    case pastDueImmediately = "past_due_immediately"
    /// When the tenant's own grace after the first failure is over.
    case graceElapsed = "grace_elapsed"
    /// When Stripe gave up retrying and left the subscription `unpaid`.
    case unpaid
    /// When the subscription was canceled because of the failure: the rule of the source documents (G5), the default.
    case canceledForNonpayment = "canceled_for_nonpayment"
}

/// A tenant's rules about access.
public struct AccessPolicy: Equatable, Sendable {
    /// When a failed payment refuses the client.
    public var blockOn: BlockPolicy
    /// How long after its first failure an invoice may stay unpaid; asked for by `graceElapsed`.
    public var grace: Duration
    /// What a block for a failed payment closes.
    public var blockScope: BlockScope
    /// What the end of the last subscription by wish means.
    public var noSubscription: NoSubscriptionPolicy
    /// What a disputed charge means.
    public var onDispute: DisputePolicy

    /// States the rules; nil days are none.
    public init(
        blockOn: BlockPolicy = .canceledForNonpayment, graceDays: Int = 0, blockScope: BlockScope = .client,
        noSubscription: NoSubscriptionPolicy = .keep, onDispute: DisputePolicy = .ignore
    ) {
        self.blockOn = blockOn
        self.grace = .seconds(Int64(graceDays) * 86_400)
        self.blockScope = blockScope
        self.noSubscription = noSubscription
        self.onDispute = onDispute
    }
}

/// What a block for a failed payment closes.
public enum BlockScope: String, CaseIterable, Sendable {
    /// The client.
    case client
    /// The failed subscription; the client stays in while another one runs.
    case subscription
}

/// What the end of a client's last subscription by wish means.
public enum NoSubscriptionPolicy: String, CaseIterable, Sendable {
    /// The client is refused until it has a new one.
    case block
    /// The client stays in, with what the tenant's default plan grants.
    case defaultPlan = "default_plan"
    /// The client stays in.
    case keep
}

/// What a disputed charge means.
public enum DisputePolicy: String, CaseIterable, Sendable {
    /// Nothing.
    case ignore
    /// The client is refused until the dispute is won, or by hand.
    case block
}
