/// Money on its way to the account's bank. Source: https://docs.stripe.com/api/payouts/object
public struct Payout: Decodable, Sendable, Identifiable {
    /// `po_…`
    public let id: String
    /// `pending`, `in_transit`, `paid`, `failed`, `canceled`; a `paid` one may still turn `failed`.
    public let status: String
    /// Minor units.
    public let amount: Int64
    /// ISO 4217, lower case.
    public let currency: String
    /// Unix seconds.
    public let arrivalDate: Int64?
    /// Why the bank sent it back, such as `account_closed`.
    public let failureCode: String?
    /// The same in a sentence.
    public let failureMessage: String?
}

extension StripeCall where Answer == Payout {
    /// One payout.
    public static func retrievePayout(_ id: String) -> Self { get("/v1/payouts/\(segment(id))") }
}

extension StripeCall where Answer == List<Payout> {
    /// The newest payout.
    public static func listNewestPayout() -> Self { get("/v1/payouts", ["limit": "1"]) }
}
