public import Daemon

/// A bill to a client: one of ours, or the mirror of one that Stripe made for a subscription.
public struct Invoice: Equatable, Sendable {
    /// How it is paid.
    public enum Collection: String, CaseIterable, Sendable {
        /// The card on file is charged at once (H3).
        case autoCharge = "auto_charge"
        /// Stripe mails a link (H4).
        case requestPayment = "request_payment"
    }

    /// Where it stands: our own words before Stripe has it, then Stripe's.
    public enum Status: String, CaseIterable, Sendable {
        /// Its command is on its way to Stripe.
        case preparing
        /// Stripe: may still change.
        case draft
        /// Stripe: to be paid.
        case open
        /// Stripe: paid.
        case paid
        /// Stripe: taken back; final (V13).
        case void
        /// Stripe: given up.
        case uncollectible
        /// Stripe refused to make it.
        case failed
    }

    /// Which one.
    public var id: Invoice.ID
    /// Who pays.
    public var client: Client.ID
    /// The subscription it is of.
    public var subscription: Subscription.ID?
    /// What one of ours bills.
    public var price: Price.ID?
    /// How many of it.
    public var quantity: Int64
    /// How it is paid.
    public var collection: Collection
    /// Days until a requested payment is due.
    public var daysUntilDue: Int?
    /// Where it stands.
    public var status: Status
    /// Three lower-case letters.
    public var currency: String
    /// Minor units.
    public var amountDue: Int64
    /// Minor units.
    public var amountPaid: Int64
    /// The number people quote.
    public var number: String?
    /// Stripe's id, `in_…`.
    public var stripeInvoice: String?
    /// Why Stripe made it.
    public var billingReason: String?
    /// How often payment was tried.
    public var attemptCount: Int
    /// When it is tried again.
    public var nextPaymentAttempt: Timestamp?
    /// Stripe's page to pay on.
    public var hostedInvoiceURL: String?
    /// Stripe's PDF.
    public var pdfURL: String?
    /// When payment is due.
    public var dueAt: Timestamp?
    /// When it was mailed.
    public var sentAt: Timestamp?
    /// When it was paid.
    public var paidAt: Timestamp?
    /// Its lines as Stripe shows them; JSON text of a list.
    public var lines: String
    /// Minor units, before discounts and exclusive tax; nil while unknown.
    public var subtotal: Int64?
    /// Minor units that coupons took off.
    public var discountAmount: Int64?
    /// Minor units of tax, inclusive tax too.
    public var taxAmount: Int64?
    /// Minor units, everything included.
    public var total: Int64?
    /// Minor units still owed.
    public var amountRemaining: Int64?
    /// The period it is for begins.
    public var periodStart: Timestamp?
    /// The period it is for ends.
    public var periodEnd: Timestamp?
    /// How Stripe fared with the tax.
    public var taxStatus: String?
    /// Minor units that went back to the client, by credit notes too.
    public var amountRefunded: Int64
    /// Minor units that credit notes took off.
    public var amountCredited: Int64
    /// Why it failed: `code`, `detail`, `request_id`; JSON text.
    public var problem: String?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// Checked terms of a one-time invoice.
public struct InvoiceWish: Equatable, Sendable {
    /// Who pays.
    public var client: Client.ID
    /// What is billed.
    public var price: Price.ID
    /// How many.
    public var quantity: Int64
    /// How it is paid.
    public var collection: Invoice.Collection
    /// Days until a requested payment is due.
    public var daysUntilDue: Int?
    /// What it comes to.
    public var total: Money
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        client: Client.ID, price: Price.ID, quantity: Int64, collection: Invoice.Collection, daysUntilDue: Int?,
        total: Money, metadata: String
    ) {
        self.client = client
        self.price = price
        self.quantity = quantity
        self.collection = collection
        self.daysUntilDue = daysUntilDue
        self.total = total
        self.metadata = metadata
    }
}
