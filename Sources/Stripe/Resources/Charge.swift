/// One try of a card that moved money. Source: https://docs.stripe.com/api/charges/object
public struct Charge: Decodable, Sendable, Identifiable {
    /// `ch_…`
    public let id: String
    /// Minor units.
    public let amount: Int64
    /// Minor units given back so far.
    public let amountRefunded: Int64
    /// `pi_…`
    public let paymentIntent: String?
    /// What it did to the account's balance; nil until it is settled.
    public let balanceTransaction: Expandable<BalanceTransaction>?
}

extension StripeCall where Answer == Charge {
    /// One charge.
    public static func retrieveCharge(_ id: String) -> Self { get("/v1/charges/\(segment(id))") }
}

/// What a payment or refund did to an account's balance.
///
/// Source: https://docs.stripe.com/api/balance_transactions/object
public struct BalanceTransaction: Decodable, Sendable, Identifiable {
    /// `txn_…`
    public let id: String
    /// Minor units of the account's own currency; below zero it left.
    public let amount: Int64
    /// What Stripe took.
    public let fee: Int64
    /// What is left of it.
    public let net: Int64
    /// The currency it was settled in, which may be another than was paid in.
    public let currency: String
}
