/// An account's balance; read for `livemode`, which the account object lacks.
///
/// Source: https://docs.stripe.com/api/balance
public struct Balance: Decodable, Sendable {
    /// Whether the key that asked is a live one.
    public let livemode: Bool
}

extension StripeCall where Answer == Balance {
    /// The balance of the key's account.
    public static func retrieveBalance() -> Self { get("/v1/balance") }
}
