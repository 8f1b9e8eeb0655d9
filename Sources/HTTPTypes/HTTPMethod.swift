/// What a request wants done. Source: RFC 9110, section 9.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    /// The token as sent; case matters.
    public let rawValue: String

    /// Any token; unknown ones are answered 405 or 501 by the server.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Reads.
    public static let get = HTTPMethod(rawValue: "GET")
    /// Reads without the body.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Creates or commands.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Replaces.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Changes parts.
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// Removes.
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// Asks what is possible.
    public static let options = HTTPMethod(rawValue: "OPTIONS")
}
