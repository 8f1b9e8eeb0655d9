public import Daemon

/// A Stripe subscription as fetched.
public struct SubscriptionSnapshot: Equatable, Sendable {
    /// A price it has.
    public struct Item: Equatable, Sendable {
        /// `si_…`
        public var id: String
        /// `price_…`
        public var price: String
        /// How many; 1 where Stripe gives none.
        public var quantity: Int64

        /// States the facts.
        public init(id: String, price: String, quantity: Int64) {
            self.id = id
            self.price = price
            self.quantity = quantity
        }
    }

    /// `sub_…`
    public var stripeID: String
    /// Mirrored exactly.
    public var status: SubscriptionStatus
    /// The paid period begins.
    public var periodStart: Timestamp?
    /// The paid period ends.
    public var periodEnd: Timestamp?
    /// It ends with its period.
    public var cancelAtPeriodEnd = false
    /// When it will end.
    public var cancelAt: Timestamp?
    /// Why it ended (F15).
    public var cancellationReason: String?
    /// `in_…`
    public var latestInvoice: String?
    /// When the end was decided.
    public var canceledAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// The coupon at work; nil: none.
    public var coupon: String?
    /// The discounts at work, JSON text of a list; nil when Stripe gave their ids only, and what is known stays.
    public var discounts: String?
    /// Whether Stripe adds tax.
    public var collectsTax = false
    /// Why it stopped.
    public var taxDisabledReason: String?
    /// What becomes of its bills while it is paused.
    public var pauseBehavior: String?
    /// Until when it is.
    public var pauseResumesAt: Timestamp?
    /// Its prices; nil when Stripe showed only some of them, and what is known stays.
    public var items: [Item]? = []
    /// The schedule that steers it, `sub_sched_…`.
    public var schedule: String?
    /// When the first payment is due.
    public var trialEnd: Timestamp?

    /// States what there always is; the rest is set field by field.
    public init(stripeID: String, status: SubscriptionStatus) {
        self.stripeID = stripeID
        self.status = status
    }
}
