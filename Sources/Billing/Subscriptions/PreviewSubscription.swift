public import Jobs

/// Asks Stripe what the next bill will be: of a subscription that runs or will begin, with or without a change, or of
/// one that does not exist yet. Its result is the bill.
public struct PreviewSubscription: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.preview"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Of which one; nil: of one that does not exist.
    public var subscription: Subscription.ID?
    /// Whose it is, or would be.
    public var client: Client.ID
    /// Of one that has not begun: what would be changed before; nil: nothing.
    public var revision: ReviseSubscription?
    /// What it would have; empty: what it has.
    public var items: [SubscriptionItemWish]
    /// How a change would be charged.
    public var proration: Proration?
    /// With which coupon.
    public var coupon: Coupon.ID?
    /// Of a new one: with tax.
    public var collectsTax: Bool
    /// Of a new one: where the client would be taxed, as far as Stripe is to be told; set after the rest.
    public var country: String?
    /// The same.
    public var postalCode: String?
    /// Of a new one: when it would begin, unix seconds; nil: now.
    public var startAt: Int64?
    /// Of a new one: days before the first payment.
    public var trialDays: Int?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the question.
    public init(
        subscription: Subscription.ID? = nil, client: Client.ID, revision: ReviseSubscription? = nil,
        items: [SubscriptionItemWish] = [], proration: Proration? = nil, coupon: Coupon.ID? = nil,
        collectsTax: Bool = false, startAt: Int64? = nil, trialDays: Int? = nil
    ) {
        self.subscription = subscription
        self.client = client
        self.revision = revision
        self.items = items
        self.proration = proration
        self.coupon = coupon
        self.collectsTax = collectsTax
        self.startAt = startAt
        self.trialDays = trialDays
    }
}
