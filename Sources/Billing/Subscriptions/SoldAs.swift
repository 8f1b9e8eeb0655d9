/// As what the prices of a subscription are sold together; nothing: one by one.
public struct SoldAs: Codable, Equatable, Sendable {
    /// The plan, whose quotas count.
    public var plan: Plan.ID?
    /// Its version, which the subscription keeps (V9).
    public var planVersion: Int?
    /// The product.
    public var product: Product.ID?

    /// States it.
    public init(plan: Plan.ID? = nil, planVersion: Int? = nil, product: Product.ID? = nil) {
        self.plan = plan
        self.planVersion = planVersion
        self.product = product
    }
}
