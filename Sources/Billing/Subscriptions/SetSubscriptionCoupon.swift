public import Jobs

/// Puts a coupon on a running subscription (J11), or takes it off (J13).
public struct SetSubscriptionCoupon: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "subscription.coupon"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var subscription: Subscription.ID
    /// Whose it is.
    public var client: Client.ID
    /// Which coupon; nil: none any more.
    public var coupon: Coupon.ID?
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "client:\(client)" }

    /// States the wish.
    public init(subscription: Subscription.ID, client: Client.ID, coupon: Coupon.ID?) {
        self.subscription = subscription
        self.client = client
        self.coupon = coupon
    }
}
