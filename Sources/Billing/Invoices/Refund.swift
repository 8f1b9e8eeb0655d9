public import Daemon

/// Money given back on a paid invoice.
public struct Refund: Equatable, Sendable {
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
    public var id: Refund.ID
    /// Of which invoice.
    public var invoice: Invoice.ID
    /// Minor units.
    public var amount: Int64
    /// Three lower-case letters.
    public var currency: String
    /// Why.
    public var reason: Reason?
    /// `preparing`, then Stripe's word.
    public var status: String
    /// Stripe's id, `re_…`.
    public var stripeRefund: String?
    /// Why it failed; JSON text.
    public var problem: String?
    /// When it was wished.
    public var createdAt: Timestamp
}
