public import HTTPTypes

/// One request to Stripe as a value: comparable in tests, sendable by `StripeSender`, made only by the factories in
/// `Resources/`.
///
/// `Answer` is what Stripe gives back when it agrees.
public struct StripeCall<Answer: Decodable & Sendable>: Sendable, Equatable {
    /// GET reads; POST and DELETE change something and therefore need an idempotency key and a stored attempt.
    public let method: HTTPMethod
    /// Path without query, identifiers already percent-encoded.
    public let path: String
    /// Body of a POST, query of a GET.
    public let form: StripeForm
    /// Body of a POST to the second namespace (`/v2/`), which speaks JSON.
    public let json: String?

    private init(_ method: HTTPMethod, _ path: String, _ form: StripeForm = StripeForm(), json: String? = nil) {
        self.method = method
        self.path = path
        self.form = form
        self.json = json
    }

    static func get(_ path: String, _ form: StripeForm = StripeForm()) -> Self { Self(.get, path, form) }
    static func post(_ path: String, _ form: StripeForm = StripeForm()) -> Self { Self(.post, path, form) }
    static func post(_ path: String, json: JSON) -> Self { Self(.post, path, json: json.text) }
    static func delete(_ path: String, _ form: StripeForm = StripeForm()) -> Self { Self(.delete, path, form) }

    /// Whether Stripe's state may change by it.
    public var isWrite: Bool { method != .get }
}

/// A path segment made of an identifier that came from Stripe or from a row; escaped so that it stays one segment.
func segment(_ identifier: String) -> String { PercentEncoding.encodePath(identifier) }
