public import Daemon
public import FoundationEssentials

/// One field of one object that is not the same here and at Stripe.
public struct DriftItem: Equatable, Sendable {
    /// What is wrong.
    public enum Kind: String, CaseIterable, Sendable {
        /// A field has two values.
        case differs
        /// It carries our metadata, or is our client's, and we do not have it.
        case missingHere = "missing_here"
        /// We have it and Stripe does not.
        case missingAtStripe = "missing_at_stripe"
    }

    /// What kind of object it is about, in Stripe's words.
    public enum ObjectKind: String, CaseIterable, Sendable {
        /// A client of ours.
        case customer
        /// A subscription.
        case subscription
        /// A bill.
        case invoice
        /// Something that is sold.
        case product
        /// What it costs.
        case price
        /// A discount.
        case coupon
        /// What a client paid for credits.
        case creditPurchase = "credit_purchase"
    }

    /// How it stands. What is only suspected is no item yet.
    public enum Status: String, CaseIterable, Sendable {
        /// Nobody did anything about it.
        case open
        /// A repair made both sides the same.
        case repaired
        /// A later walk did not see it any more.
        case gone
        /// Somebody said that it may stay.
        case dismissed
    }

    /// Whose word counts.
    public enum Direction: String, Codable, CaseIterable, Sendable {
        /// Stripe is right: we take its value.
        case fromStripe = "from_stripe"
        /// We are right: Stripe is told ours.
        case toStripe = "to_stripe"
    }

    /// Which one.
    public var id: DriftItem.ID
    /// The walk that saw it last.
    public var reconciliation: Reconciliation.ID
    /// What is wrong.
    public var kind: Kind
    /// What it is about.
    public var objectKind: ObjectKind
    /// Our row, where there is one.
    public var row: UUID?
    /// Stripe's id.
    public var stripeID: String
    /// Which field; `object` where all of it is missing.
    public var field: String
    /// Our value.
    public var ours: String?
    /// Stripe's value.
    public var theirs: String?
    /// Minor units at stake, where that can be said.
    public var amount: Int64?
    /// ISO 4217, lower case, of the amount.
    public var currency: String?
    /// How it stands.
    public var status: Status
    /// How it was repaired.
    public var direction: Direction?
    /// Who let it stay.
    public var dismissedBy: String?
    /// And why.
    public var dismissedReason: String?
    /// When a walk saw it first.
    public var firstSeenAt: Timestamp
    /// When one saw it last.
    public var lastSeenAt: Timestamp
    /// When it was repaired, gone or dismissed.
    public var closedAt: Timestamp?

    /// Our row's public id.
    public var target: String? {
        guard let row else { return nil }
        return switch objectKind {
        case .customer: Client.ID(rawValue: row).text
        case .subscription: Subscription.ID(rawValue: row).text
        case .invoice: Invoice.ID(rawValue: row).text
        case .product: Product.ID(rawValue: row).text
        case .price: Price.ID(rawValue: row).text
        case .coupon: Coupon.ID(rawValue: row).text
        case .creditPurchase: CreditPurchase.ID(rawValue: row).text
        }
    }

    /// Whether somebody may still do something about it.
    public var canBeRepaired: Bool { status == .open || status == .dismissed }

    /// The ways in which it can be repaired.
    public var directions: [Direction] { Direction.allCases.filter { obstacle(to: $0) == nil } }
}
