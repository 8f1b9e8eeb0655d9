public import Daemon

/// Late usage of a billed period on an invoice of its own: what the period would have cost with it, less what it cost
/// without.
public struct LateCharge: Equatable, Sendable {
    /// Which one.
    public let id: LateCharge.ID
    /// What is billed, for people.
    public let description: String
    /// Stripe's id of the product, `prod_…`.
    public let stripeProduct: String
    /// Three lower-case letters.
    public let currency: String
    /// Minor units.
    public let amount: Int64
    /// As the price says; nil where the account decides.
    public let taxBehavior: String?
    /// From when it is.
    public let start: Timestamp
    /// Until when.
    public let end: Timestamp
    /// Stripe's id of the line, once it is there.
    public let stripeItem: String?
}
