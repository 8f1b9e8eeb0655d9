public import HTTPTypes

/// One request as handlers see it: checked, bounded, wholly read.
public struct Request: Sendable {
    /// The method as sent; not necessarily one we know.
    public var method: HTTPMethod
    /// The path, percent-decoded once and free of NUL, CR, LF and dot segments. For people and logs; match on
    /// `rawPath`.
    public var path: String
    /// The path as sent, still percent-encoded: what `Router` matches, so that `%2F` cannot make a new segment.
    public var rawPath: String
    /// The decoded query; empty when there was none.
    public var query: HTTPQuery
    /// The headers in the order sent.
    public var headers: HTTPHeaders
    /// The whole body; at most `ServerLimits.bodyBytesMax` bytes.
    public var body: [UInt8]
    /// The peer's address as the socket sees it, without port; forwarding headers are not looked at.
    public var remoteAddress: String
    /// Our name for this request, `req_` and 32 hex digits; also sent back as `Request-Id`.
    public var id: String

    /// Makes a request by hand: what tests of handlers use.
    public init(
        method: HTTPMethod, path: String, rawPath: String? = nil, query: HTTPQuery? = nil,
        headers: HTTPHeaders = HTTPHeaders([]), body: [UInt8] = [], remoteAddress: String = "127.0.0.1",
        id: String = RequestID.make()
    ) {
        self.method = method
        self.path = path
        self.rawPath = rawPath ?? path
        self.query = query ?? HTTPQuery.empty
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
        self.id = id
    }
}
