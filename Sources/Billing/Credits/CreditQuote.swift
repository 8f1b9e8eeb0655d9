public import Daemon

/// How many credits an amount buys, promised for half an hour at one version of the price (V14).
public struct CreditQuote: Equatable, Sendable {
    /// Which one.
    public var id: CreditQuote.ID
    /// For whom.
    public var client: Client.ID
    /// By which version of the price.
    public var pricing: CreditPricing.ID
    /// What is paid.
    public var amount: Money
    /// What is granted.
    public var credits: CreditAmount
    /// Until when it can be bought.
    public var expiresAt: Timestamp
    /// When it was made.
    public var createdAt: Timestamp
    /// The number of the version.
    public var version: Int
    /// What a credit costs by it.
    public var finalCost: CreditCost
    /// Whether its time is over, by the database's clock.
    public var isExpired: Bool

    /// `$10 = 2500 credits`.
    public var sentence: String { "\(amount.tag) = \(credits.text) credits" }
}
