public import Billing
public import Stripe

// What is sold.

extension Stripe.Product: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .product }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrieveProduct(id) }
    /// Only a name is left of it.
    public var isDeleted: Bool { deleted == true }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Billing.Product.self)
        seen.name = name
        seen.description = description
        seen.active = active
        seen.created = created
        return seen
    }
}

extension Stripe.Price: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .price }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrievePrice(id) }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Billing.Price.self)
        seen.active = active
        seen.lookupKey = lookupKey
        seen.created = created
        return seen
    }
}

extension Stripe.Coupon: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .coupon }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrieveCoupon(id) }
    /// Only a name is left of it.
    public var isDeleted: Bool { deleted == true }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Billing.Coupon.self)
        seen.name = name
        seen.active = valid
        return seen
    }
}
