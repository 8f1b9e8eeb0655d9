public import Jobs

/// Makes a product and its prices at Stripe.
public struct PublishProduct: Job, Equatable {
    /// The stored name; a payload written today must be readable for ever.
    public static let kind = "product.publish"
    /// Which workers carry it out.
    public static let queue = QueueName.subscriptions

    /// What to publish.
    public var product: Product.ID
    /// Jobs with the same key run one after the other, in the order of their commits.
    public var orderingKey: String? { "product:\(product)" }

    /// States the wish.
    public init(product: Product.ID) { self.product = product }
}
