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

    /// States the rules; nil days are none.
    public init(blockOn: BlockPolicy = .canceledForNonpayment, graceDays: Int = 0) {
        self.blockOn = blockOn
        self.grace = .seconds(Int64(graceDays) * 86_400)
    }
}
