public import Daemon
public import HTTPTypes

/// A request to send: everything given by the caller, nothing added but `User-Agent`.
public struct OutgoingRequest: Sendable {
    /// The method, sent as given.
    public var method: HTTPMethod
    /// An absolute `https` URL; `http` only to `TransportSettings.plainHosts`.
    public var url: String
    /// Name and value. A control character in either refuses the request.
    public var headers: [(String, String)]
    /// Name, a public prefix such as `Bearer `, and the secret; the line is wiped after the call.
    public var secretHeaders: [(String, String, Secret)]
    /// The whole body; sent with its length, also when empty and the method is POST.
    public var body: [UInt8]

    /// A request from its parts.
    public init(
        method: HTTPMethod, url: String, headers: [(String, String)] = [],
        secretHeaders: [(String, String, Secret)] = [], body: [UInt8] = []
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.secretHeaders = secretHeaders
        self.body = body
    }
}
