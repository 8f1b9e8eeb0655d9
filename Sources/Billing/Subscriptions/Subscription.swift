public import Daemon

/// A client buys prices, again and again.
public struct Subscription: Equatable, Sendable {
    /// Which one.
    public var id: Subscription.ID
    /// Who buys.
    public var client: Client.ID
    /// Where it stands.
    public var status: SubscriptionStatus
    /// When it may begin.
    public var startAt: Timestamp
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Stripe's id, `sub_…`.
    public var stripeSubscription: String?
    /// The paid period begins.
    public var currentPeriodStart: Timestamp?
    /// The paid period ends.
    public var currentPeriodEnd: Timestamp?
    /// Whether it ends with the paid period.
    public var cancelAtPeriodEnd: Bool
    /// Why it ended (F15).
    public var cancellationReason: CancellationReason?
    /// Stripe's id of the newest invoice, `in_…`.
    public var latestInvoice: String?
    /// When the end was decided.
    public var canceledAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// When it will end, where that is decided.
    public var cancelAt: Timestamp?
    /// What was sold as a whole.
    public var product: Product.ID?
    /// The coupon it is to begin with, or that is at work on it.
    public var coupon: Coupon.ID?
    /// The discounts at work, as Stripe shows them; JSON text of a list.
    public var discounts: String
    /// Whether Stripe adds tax by the client's address.
    public var collectsTax: Bool
    /// Why Stripe stopped adding it.
    public var taxDisabledReason: String?
    /// Stripe's id of what will begin it, `sub_sched_…`.
    public var stripeSchedule: String?
    /// What becomes of its bills while nobody collects them; nil: they are collected.
    public var pauseBehavior: PauseBehavior?
    /// When they are collected again.
    public var pauseResumesAt: Timestamp?
    /// When its unpaid bills block the client; nil: as the tenant's rules say.
    public var blockOn: BlockPolicy?
    /// The grace of `grace_elapsed`, in days.
    public var graceDays: Int?
    /// The plan it was sold by.
    public var plan: Plan.ID?
    /// The version of the plan that it keeps (V9).
    public var planVersion: Int?
    /// Days before the first payment, as it was sold.
    public var trialDays: Int
    /// When the first payment is due, of one that was tried first.
    public var trialEnd: Timestamp?
    /// Stripe's id of the schedule that steers it now, `sub_sched_…`.
    public var steeredBy: String?
    /// What it has from its next period on, where that is another thing.
    public var pendingChange: PendingChange?
    /// Why it did not start: `code`, `detail`, `request_id`; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// One price of a subscription.
public struct SubscriptionItem: Equatable, Sendable {
    /// Which one.
    public var id: SubscriptionItem.ID
    /// Of which subscription.
    public var subscription: Subscription.ID
    /// What is bought.
    public var price: Price.ID
    /// How many.
    public var quantity: Int64
    /// Stripe's id, `si_…`.
    public var stripeItem: String?
    /// Of a value-based price: the boolean field that counts (E11).
    public var analysisField: String?
}

/// What becomes of the bills of a paused subscription, in Stripe's words.
public enum PauseBehavior: String, CaseIterable, Codable, Sendable {
    /// They are void: the time of the pause is free.
    case void
    /// They wait as drafts.
    case keepAsDraft = "keep_as_draft"
    /// They are given up.
    case markUncollectible = "mark_uncollectible"
}
