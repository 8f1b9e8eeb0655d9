public import Daemon

/// Money of a purchase given back, by us or in Stripe's dashboard; its share of the credits goes with it (V15).
public struct CreditRefund: Equatable, Sendable {
    /// Where it stands: `preparing`, then Stripe's words.
    public enum Status: String, CaseIterable, Sendable {
        /// Its command is on its way to Stripe.
        case preparing
        /// Stripe: on its way.
        case pending
        /// Stripe: the client must do something.
        case requiresAction = "requires_action"
        /// Stripe: given back.
        case succeeded
        /// Stripe: it came back.
        case failed
        /// Stripe: taken back.
        case canceled

        /// Whether the money is gone, or on its way.
        public var counts: Bool { self == .pending || self == .requiresAction || self == .succeeded }
    }

    /// Why, in Stripe's words.
    public enum Reason: String, CaseIterable, Sendable {
        /// It was charged twice.
        case duplicate
        /// The card's owner did not buy it.
        case fraudulent
        /// The client asked for it.
        case requestedByCustomer = "requested_by_customer"
    }

    /// Which one.
    public var id: CreditRefund.ID
    /// Of which purchase.
    public var purchase: CreditPurchase.ID
    /// Whose.
    public var client: Client.ID
    /// Minor units.
    public var amount: Int64
    /// Three lower-case letters.
    public var currency: String
    /// Why, in Stripe's words.
    public var reason: String?
    /// `api` or `stripe`: where it was wished.
    public var origin: String
    /// Where it stands.
    public var status: Status
    /// `re_…`
    public var stripeRefund: String?
    /// What was taken back for it.
    public var credits: CreditAmount
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it was wished, or first seen.
    public var createdAt: Timestamp
}

/// A refund as fetched.
public struct CreditRefundSnapshot: Equatable, Sendable {
    /// `re_…`
    public var stripeID: String
    /// Minor units.
    public var amount: Int64
    /// Where it stands.
    public var status: CreditRefund.Status
    /// Why it failed; JSON text.
    public var problem: String?
    /// Its place in the order of fetches.
    public var seq: Int64

    /// States the facts.
    public init(stripeID: String, amount: Int64, status: CreditRefund.Status, problem: String?, seq: Int64) {
        self.stripeID = stripeID
        self.amount = amount
        self.status = status
        self.problem = problem
        self.seq = seq
    }
}

/// What moved at Stripe for credits (L16).
public struct CreditTransaction: Equatable, Sendable {
    /// Which way.
    public enum Direction: String, CaseIterable, Sendable {
        /// The client paid.
        case payment
        /// The client got it back.
        case refund
    }

    /// Which one.
    public var id: CreditTransaction.ID
    /// Whose.
    public var client: Client.ID
    /// Of which purchase.
    public var purchase: CreditPurchase.ID
    /// Which way.
    public var direction: Direction
    /// Minor units; a refund's is negative.
    public var amount: Int64
    /// Three lower-case letters.
    public var currency: String
    /// What Stripe took, minor units of `settledCurrency`; nil until Stripe tells.
    public var fee: Int64?
    /// What came to the agency, minor units of `settledCurrency`.
    public var net: Int64?
    /// Three lower-case letters.
    public var settledCurrency: String?
    /// Stripe's word.
    public var status: String
    /// `pi_…` or `re_…`
    public var stripeID: String
    /// `pi_…`
    public var paymentIntent: String
    /// When we saw it first.
    public var createdAt: Timestamp
    /// Stripe's account it moved in.
    public var account: String?
    /// Whether it was real money.
    public var livemode: Bool

    /// Its page in Stripe's dashboard: refunds stand on the page of their payment.
    public var dashboardURL: String {
        let home = account.map { "https://dashboard.stripe.com/\($0)" } ?? "https://dashboard.stripe.com"
        return "\(home)\(livemode ? "" : "/test")/payments/\(paymentIntent)"
    }
}
