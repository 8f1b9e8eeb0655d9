public import Daemon

/// A discount (seed 1I). Its terms never change.
public struct Coupon: Equatable, Sendable {
    /// How long it works.
    public enum Duration: String, CaseIterable, Sendable {
        /// One bill (J7).
        case once
        /// Every bill (J8).
        case forever
        /// The bills of so many months (J9).
        case repeating
    }

    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// On its way to Stripe.
        case publishing
        /// Can be given.
        case active
        /// Stripe refused it.
        case failed
        /// No longer given; what it gave stays.
        case deleted
    }

    /// What it takes off.
    public enum Off: Equatable, Sendable {
        /// Percent, an exact decimal with at most two places.
        case percent(String)
        /// An amount of a currency.
        case amount(Int64, currency: String)
    }

    /// Which one.
    public var id: Coupon.ID
    /// Shown on invoices (J2).
    public var name: String
    /// What it takes off (J3 to J6).
    public var off: Off
    /// How long it works.
    public var duration: Duration
    /// For `repeating`.
    public var months: Int?
    /// How often it can be given.
    public var maxRedemptions: Int64?
    /// Until when it can be given.
    public var redeemBy: Timestamp?
    /// How often it was.
    public var timesRedeemed: Int64
    /// Whether Stripe still takes it.
    public var isValid: Bool
    /// Where it stands.
    public var status: Status
    /// Stripe's id.
    public var stripeCoupon: String?
    /// Why Stripe refused it; JSON text.
    public var problem: String?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// The currency it works in; nil for all.
    public var currency: String? { if case .amount(_, let currency) = off { currency } else { nil } }

    /// Whether it can be given at a moment.
    public func canBeGiven(at now: Timestamp) -> Bool {
        guard status == .active || status == .publishing, isValid else { return false }
        if let redeemBy, redeemBy <= now { return false }
        return maxRedemptions.map { timesRedeemed < $0 } ?? true
    }
}

/// A coupon's checked form.
public struct CouponWish: Equatable, Sendable {
    /// Shown on invoices.
    public var name: String
    /// What it takes off.
    public var off: Coupon.Off
    /// How long it works.
    public var duration: Coupon.Duration
    /// For `repeating`.
    public var months: Int?
    /// How often it can be given.
    public var maxRedemptions: Int64?
    /// Until when it can be given.
    public var redeemBy: Timestamp?
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        name: String, off: Coupon.Off, duration: Coupon.Duration, months: Int?, maxRedemptions: Int64? = nil,
        redeemBy: Timestamp? = nil, metadata: String = "{}"
    ) {
        self.name = name
        self.off = off
        self.duration = duration
        self.months = months
        self.maxRedemptions = maxRedemptions
        self.redeemBy = redeemBy
        self.metadata = metadata
    }
}
