public import HTTPTypes

/// A whole answer, whatever its status.
public struct IncomingResponse: Sendable {
    /// The status line's number; redirections are not followed.
    public let status: Int
    /// The headers of the final answer.
    public let headers: HTTPHeaders
    /// The whole body.
    public let body: [UInt8]
    /// From the start of the transfer to the last byte; waiting for a free place is not in it.
    public let duration: Duration
    /// Whether it came by HTTP/2.
    public let isHTTP2: Bool

    /// An answer by hand: what tests of callers use.
    public init(status: Int, headers: HTTPHeaders, body: [UInt8], duration: Duration = .zero, isHTTP2: Bool = false) {
        self.status = status
        self.headers = headers
        self.body = body
        self.duration = duration
        self.isHTTP2 = isHTTP2
    }
}
