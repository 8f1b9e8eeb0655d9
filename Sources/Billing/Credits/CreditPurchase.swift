public import Daemon

/// One buying of credits, by the version of the price it was quoted at. Granted only when it is paid, and once (V15).
public struct CreditPurchase: Equatable, Sendable {
    /// Who wished it.
    public enum Origin: String, CaseIterable, Sendable {
        /// Somebody, through the portal.
        case portal
        /// The client's standing order, when little was left.
        case autoTopUp = "auto_topup"
    }

    /// How it is paid.
    public enum Method: String, CaseIterable, Sendable {
        /// The card on file is charged at once.
        case card
        /// The client pays on Stripe's page.
        case page
    }

    /// Where it stands.
    public enum Status: String, CaseIterable, Sendable {
        /// Its command is on its way to Stripe.
        case preparing
        /// Stripe waits for the bank.
        case processing
        /// The page waits for the client.
        case open
        /// The card asks its owner: a page waits for the client.
        case needsAction = "needs_action"
        /// Paid, and the credits granted; final.
        case paid
        /// Not paid.
        case failed
        /// The page's time was over.
        case expired

        /// Whether it may still become paid by itself.
        public var isUnderWay: Bool {
            switch self {
            case .preparing, .processing, .open, .needsAction: true
            case .paid, .failed, .expired: false
            }
        }

        /// Whether its payment was tried, and waits for somebody else.
        public var hasBeenTried: Bool { isUnderWay && self != .preparing }
    }

    /// Which one.
    public var id: CreditPurchase.ID
    /// Who buys.
    public var client: Client.ID
    /// The promise it keeps.
    public var quote: CreditQuote.ID
    /// The version of the price.
    public var pricing: CreditPricing.ID
    /// The number of that version.
    public var version: Int
    /// What is paid.
    public var amount: Money
    /// What is granted.
    public var credits: CreditAmount
    /// Who wished it.
    public var origin: Origin
    /// How it is paid.
    public var method: Method
    /// Where it stands.
    public var status: Status
    /// Where the page leads when it is paid.
    public var successURL: String?
    /// Where it leads back to.
    public var cancelURL: String?
    /// `pi_…`, of the try whose success counts.
    public var stripePaymentIntent: String?
    /// `cs_…`
    public var stripeSession: String?
    /// Where the client can pay.
    public var url: String?
    /// Until when.
    public var expiresAt: Timestamp?
    /// Minor units given back so far.
    public var amountRefunded: Int64
    /// Why it was not paid: `code`, `detail`; JSON text.
    public var problem: String?
    /// When it was paid.
    public var paidAt: Timestamp?
    /// When it was wished.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// What a receipt or page says was bought.
    public var item: String { "\(credits.text) credits" }
}
