/// Whether Stripe Tax can calculate. Source: https://docs.stripe.com/api/tax/settings
public struct TaxSettings: Decodable, Sendable {
    /// More about the status.
    public struct Details: Decodable, Sendable {
        /// Of a status `pending`.
        public struct Pending: Decodable, Sendable {
            /// What Stripe still wants, such as `head_office`.
            public let missingFields: [String]?
        }
        /// Nil once it is active.
        public let pending: Pending?
    }

    /// `active` or `pending`; an open list.
    public let status: String
    /// What is missing.
    public let statusDetails: Details?
}

extension StripeCall where Answer == TaxSettings {
    /// The account's tax settings (D13, K6).
    public static func retrieveTaxSettings() -> Self { get("/v1/tax/settings") }
}
