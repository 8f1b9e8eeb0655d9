public import Jobs

/// Makes a coupon at Stripe.
public struct PublishCoupon: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "coupon.publish"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// Which one.
    public var coupon: Coupon.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "coupon:\(coupon)" }

    /// States the wish.
    public init(coupon: Coupon.ID) { self.coupon = coupon }
}
