public import Daemon

/// A sellable bundle of prices and quotas (B22, B23). What it is made of stands in its versions, which never change
/// (V9).
public struct Plan: Equatable, Sendable {
    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// Not sold yet; or a pasted price is still being looked for.
        case draft
        /// Sold.
        case active
        /// Sold no longer; who has it keeps it.
        case archived
    }

    /// Who sees it.
    public enum Visibility: String, CaseIterable, Sendable {
        /// Everybody, on the price list.
        case `public`
        /// Whom it is offered to.
        case hidden
    }

    /// One price of a version, and how many of it.
    public struct Part: Equatable, Sendable {
        /// Which plan.
        public var plan: Plan.ID
        /// Which version of it.
        public var version: Int
        /// Where it stands in the list.
        public var place: Int
        /// Ours; nil while a pasted id has not been found at Stripe.
        public var price: Price.ID?
        /// As it was pasted, `price_…`.
        public var stripePrice: String?
        /// How many.
        public var quantity: Int64
        /// Why it was not found; JSON text.
        public var problem: String?
    }

    /// Which one.
    public var id: Plan.ID
    /// Shown on the price list.
    public var name: String
    /// Shown on the price list.
    public var description: String?
    /// Where it stands.
    public var status: Status
    /// Who sees it.
    public var visibility: Visibility
    /// What clients without a plan have, if it is free; one of the tenant's.
    public var isDefault: Bool
    /// Recommended.
    public var isFeatured: Bool
    /// The version that is sold now.
    public var version: Int
    /// Days before the first payment.
    public var trialDays: Int
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// What a plan grants of one feature.
public struct Quota: Equatable, Sendable {
    /// What kind of grant.
    public enum Kind: String, CaseIterable, Sendable {
        /// Has it, or has not.
        case boolean
        /// So many at a time.
        case `static`
        /// So much in a period.
        case metered
    }

    /// When the count begins anew.
    public enum Reset: String, CaseIterable, Sendable {
        /// Never.
        case never
        /// With the period of the client's subscription: from its beginning to just before its end.
        case period
        /// At midnight, UTC.
        case day
    }

    /// What happens beyond the limit.
    public enum Overage: String, CaseIterable, Sendable {
        /// It is refused.
        case block
        /// It is let through.
        case allow
        /// It is let through; a metered price charges for it.
        case charge
    }

    /// The tenant's own word for it, like `workspaces`.
    public var feature: String
    /// What kind of grant.
    public var kind: Kind
    /// How much; nil is without end.
    public var limit: Int64?
    /// From here on the portal is warned.
    public var softLimit: Int64?
    /// When the count begins anew.
    public var reset: Reset
    /// What happens beyond the limit.
    public var overage: Overage

    /// States it.
    public init(
        feature: String, kind: Kind, limit: Int64?, softLimit: Int64? = nil, reset: Reset = .never,
        overage: Overage = .block
    ) {
        self.feature = feature
        self.kind = kind
        self.limit = limit
        self.softLimit = softLimit
        self.reset = reset
        self.overage = overage
    }
}

/// What a new version of a plan is made of.
public struct PlanTerms: Equatable, Sendable {
    /// Its prices: ours, or as pasted.
    public var parts: [PartWish]
    /// What it grants.
    public var quotas: [Quota]
    /// Days before the first payment.
    public var trialDays: Int

    /// One price of it.
    public struct PartWish: Equatable, Sendable {
        /// Ours.
        public var price: Price.ID?
        /// As it was pasted.
        public var stripePrice: String?
        /// How many.
        public var quantity: Int64

        /// States it.
        public init(price: Price.ID?, stripePrice: String?, quantity: Int64) {
            self.price = price
            self.stripePrice = stripePrice
            self.quantity = quantity
        }

        /// Whether another one names the same price, as far as is known yet.
        public func isSame(as other: PartWish) -> Bool {
            price == nil ? stripePrice == other.stripePrice : price == other.price
        }
    }

    /// States them.
    public init(parts: [PartWish], quotas: [Quota], trialDays: Int) {
        self.parts = parts
        self.quotas = quotas
        self.trialDays = trialDays
    }
}

/// What may change of a plan without a new version.
public struct PlanTraits: Equatable, Sendable {
    /// Shown on the price list.
    public var name: String
    /// Shown on the price list.
    public var description: String?
    /// Where it stands.
    public var status: Plan.Status
    /// Who sees it.
    public var visibility: Plan.Visibility
    /// Recommended.
    public var isFeatured: Bool
    /// The portal's own notes; JSON text.
    public var metadata: String

    /// States them.
    public init(
        name: String, description: String?, status: Plan.Status, visibility: Plan.Visibility, isFeatured: Bool,
        metadata: String
    ) {
        self.name = name
        self.description = description
        self.status = status
        self.visibility = visibility
        self.isFeatured = isFeatured
        self.metadata = metadata
    }

    /// Those of a plan as it stands.
    public init(of plan: Plan) {
        self.init(
            name: plan.name, description: plan.description, status: plan.status, visibility: plan.visibility,
            isFeatured: plan.isFeatured, metadata: plan.metadata)
    }
}
