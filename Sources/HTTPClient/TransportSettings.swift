/// How a transport behaves; the defaults are those of a client of Stripe.
public struct TransportSettings: Sendable {
    /// For name resolution, connection and TLS together.
    public var connectTimeout: Duration = .seconds(3)
    /// For the whole transfer.
    public var totalTimeout: Duration = .seconds(30)
    /// Fewer than one byte a second for this long ends the transfer.
    public var silenceTimeout: Duration = .seconds(15)
    /// Transfers at once; further ones wait in order.
    public var inflightMax = 1_000
    /// The `User-Agent` header.
    public var userAgent = "tollgate"
    /// The largest answer body read, in bytes.
    public var answerBytesMax = 4 * 1024 * 1024
    /// Whether HTTP/2 is offered over TLS; plain connections speak 1.1.
    public var http2 = true
    /// Hosts that may be spoken to without TLS: this machine, and where a stand-in listens.
    public var plainHosts: Set<String> = ["127.0.0.1", "localhost", "[::1]"]
    /// Whether connections are made to public addresses only: looked at when the connection is made, so that no name,
    /// and no change of a name's address, leads inside. `plainHosts` are exempt: the operator named them.
    public var publicAddressesOnly = false
    /// A file of certificate authorities instead of the system's.
    public var authoritiesFile: String?

    /// The defaults.
    public init() {}
}
