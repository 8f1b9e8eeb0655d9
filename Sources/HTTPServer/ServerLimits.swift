/// Everything a peer could use too much of, each with a bound.
///
/// The deadlines are total times, not times of silence: libmicrohttpd's own timeout is one of silence and lets a peer
/// that sends a byte every two seconds live for ever (measured with 0.9.75).
public struct ServerLimits: Sendable {
    /// The largest body in bytes; a larger one is answered 413.
    public var bodyBytesMax = 256 * 1024
    /// Another bound for some paths, asked with the raw path after the headers; nil means `bodyBytesMax`.
    public var bodyBytesMaxForPath: (@Sendable (String) -> Int?)?
    /// Bodies of all requests under way together, in bytes; who comes when they are full is answered 503. Without it
    /// every connection could hold a body of the largest size until its deadline.
    public var bodiesBytesMax = 256 * 1024 * 1024
    /// All header names and values together in bytes; more is answered 431.
    public var headerBytesMax = 32 * 1024
    /// From accepting the connection, or from the request line on a kept-alive one, to the end of the headers.
    public var headerDeadline: Duration = .seconds(10)
    /// From the end of the headers to the end of the body.
    public var bodyDeadline: Duration = .seconds(30)
    /// From the answer being ready to its last byte being taken by the peer.
    public var writeDeadline: Duration = .seconds(30)
    /// From the end of an answer to the next request line on the same connection.
    public var idleDeadline: Duration = .seconds(75)
    /// How long `stop()` lets running requests end before it answers them 503 itself.
    public var drainDeadline: Duration = .seconds(10)
    /// Open connections in all; further ones wait in the listen queue.
    public var connectionsMax = 4096
    /// Open connections of one address; 0 is no bound (behind a proxy all come from one address).
    public var connectionsPerAddressMax = 0
    /// Threads that read and write sockets; handlers run elsewhere once they suspend.
    public var threads = 2

    /// The defaults of an API on the open internet.
    public init() {}
}
