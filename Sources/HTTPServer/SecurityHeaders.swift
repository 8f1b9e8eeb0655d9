/// Headers every answer carries unless its handler set the same name.
public struct SecurityHeaders: Sendable {
    /// Name and value, in the order sent.
    public var headers: [(name: String, value: String)]

    /// A set of one's own.
    public init(_ headers: [(name: String, value: String)]) {
        self.headers = headers
    }

    /// For an API: nothing is cached, sniffed, framed or run.
    public static let api = SecurityHeaders([
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
    ])
}
