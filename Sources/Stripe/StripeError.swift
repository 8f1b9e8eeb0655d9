/// A refusal in Stripe's own words. Every field is safe to store and to show to the tenant; none holds a key.
///
/// Source: https://docs.stripe.com/api/errors
public struct StripeError: Error, Sendable, Equatable, Codable {
    /// HTTP status.
    public let status: Int
    /// `invalid_request_error`, `card_error`, `idempotency_error` or `api_error`.
    public let type: String
    /// Such as `resource_missing`; nil where Stripe gives none.
    public let code: String?
    /// The parameter that was refused.
    public let param: String?
    /// One sentence for a reader.
    public let message: String
    /// Why the bank declined, such as `insufficient_funds`.
    public let declineCode: String?
    /// Stripe's request id.
    public let requestID: String?

    /// States the refusal; tests use it too.
    public init(
        status: Int, type: String, code: String? = nil, param: String? = nil, message: String,
        declineCode: String? = nil,
        requestID: String? = nil
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.message = message
        self.declineCode = declineCode
        self.requestID = requestID
    }

    /// The card was declined or wants its owner: the client can act, we cannot.
    public var isPaymentFailure: Bool { status == 402 }
    /// The connected account does not let the platform in: its owner ended the link, or never made it. Every other 403
    /// on the platform's key is about the platform's key.
    public var isLockedOut: Bool { status == 403 && code == "account_invalid" }
    /// The object does not exist in this account and mode.
    public var isMissing: Bool { status == 404 || code == "resource_missing" }
}
