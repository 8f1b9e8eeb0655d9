internal import Daemon
public import Jobs

/// Changes what a subscription that has not begun begins with, and when: here, and in the schedule at Stripe that will
/// begin it. Nothing was billed yet, so nothing is settled. What is nil stays.
public struct ReviseSubscription: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.revise"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// All of what it sells.
    public var items: [SubscriptionItemWish]?
    /// As what that is sold; goes with `items`.
    public var sold: SoldAs?
    /// Days before the first payment; goes with `items`.
    public var trialDays: Int?
    /// When it begins, unix seconds.
    public var startAt: Int64?
    /// The coupon it begins with.
    public var coupon: Coupon.ID?
    /// Whether it begins without one.
    public var removesCoupon: Bool
    /// Whether Stripe adds tax.
    public var collectsTax: Bool?
    /// Whether the client was given a country or postal code with the wish, which Stripe is to take or refuse.
    public var hasLocation: Bool
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish; what changes is set after.
    public init(_ subscription: Subscription.ID, of client: Client.ID) {
        self.subscription = subscription
        self.client = client
        removesCoupon = false
        hasLocation = false
    }

    /// The subscription as it is to be, but for its items.
    public func revised(_ before: Subscription) -> Subscription {
        var after = before
        if let sold { (after.plan, after.planVersion, after.product) = (sold.plan, sold.planVersion, sold.product) }
        after.trialDays = trialDays ?? before.trialDays
        after.startAt = startAt.map(Timestamp.init(seconds:)) ?? before.startAt
        after.coupon = removesCoupon ? nil : coupon ?? before.coupon
        after.collectsTax = collectsTax ?? before.collectsTax
        return after
    }
}
