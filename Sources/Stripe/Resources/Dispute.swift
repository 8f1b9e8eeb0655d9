/// A payment its payer contests. Source: https://docs.stripe.com/api/disputes/object
public struct Dispute: Decodable, Sendable, Identifiable {
    /// The contested payment.
    public struct Charge: Decodable, Sendable, Identifiable {
        /// `ch_…`
        public let id: String
        /// Whose.
        public let customer: String?
    }

    /// `dp_…` or `du_…`
    public let id: String
    /// `needs_response`, `under_review`, `won`, `lost`, `warning_…`; an open list.
    public let status: String
    /// Such as `fraudulent`.
    public let reason: String?
    /// Minor units.
    public let amount: Int64
    /// ISO 4217, lower case.
    public let currency: String
    /// `pi_…`, where the payment was made by one.
    public let paymentIntent: String?
    /// The contested payment.
    public let charge: Expandable<Charge>?
}

extension StripeCall where Answer == Dispute {
    /// The dispute with its payment.
    public static func retrieveDispute(_ id: String) -> Self {
        get("/v1/disputes/\(segment(id))", ["expand[0]": "charge"])
    }
}
