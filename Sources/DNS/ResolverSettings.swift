/// Whom a resolver asks, and for how long it waits.
public struct ResolverSettings: Equatable, Sendable {
    /// `address` or `address:port`, an IPv6 address with a port in brackets; none: those of /etc/resolv.conf.
    public var servers: [String]
    /// From the question to the answer, whatever happens in between.
    public var timeout: Duration

    /// The system's servers, ten seconds.
    public init(servers: [String] = [], timeout: Duration = .seconds(10)) {
        self.servers = servers
        self.timeout = timeout
    }

    /// How long one server has for the first try, in milliseconds; c-ares doubles it for the second.
    var tryMilliseconds: Int32 { Int32(min(max(timeout.milliseconds / 4, 50), 2_000)) }
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
