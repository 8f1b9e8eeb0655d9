import HTTPTypes

/// The frozen bytes of one request: what is stored with the attempt before it is sent, and sent again unchanged.
///
/// Source: https://docs.stripe.com/api/idempotent_requests: a key seen with other parameters is an error.
public struct StripeRequest: Sendable, Equatable, Codable {
    /// The API version this gateway speaks; the newest one of the official SDKs when it was written.
    public static let version = "2026-10-28.endive"

    /// `GET`, `POST` or `DELETE`.
    public let method: String
    /// Path, and for a GET the query.
    public let target: String
    /// The form, encoded, or JSON for `/v2/`; empty for GET and DELETE without parameters.
    public let body: String
    /// `Stripe-Account` for a connected account; taken from the connection's row and from nowhere else.
    public let account: String?
    /// `Stripe-Version`.
    public let version: String

    /// Freezes a call.
    public init<Answer>(_ call: StripeCall<Answer>, account: String?) {
        let encoded = FormEncoding.encode(call.form.fields.map { ($0.name, $0.value) })
        method = call.method.rawValue
        target = call.method == .get && !encoded.isEmpty ? call.path + "?" + encoded : call.path
        body = call.json ?? (call.method == .get ? "" : encoded)
        self.account = account
        version = Self.version
    }

    /// Thaws a stored one.
    public init(method: String, target: String, body: String, account: String?, version: String) {
        self.method = method
        self.target = target
        self.body = body
        self.account = account
        self.version = version
    }
}
