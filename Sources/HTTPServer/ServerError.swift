/// Why a server could not start.
public enum ServerError: Error, Equatable, CustomStringConvertible {
    /// The text is neither an IPv4 nor an IPv6 address.
    case notAnAddress(String)
    /// The operating system refused to listen there: taken, forbidden, or not an address of this machine.
    case cannotListen(address: String, port: UInt16, reason: String)

    /// One line for the operator.
    public var description: String {
        switch self {
        case .notAnAddress(let text): "\"\(text)\" is not an IP address"
        case .cannotListen(let address, let port, let reason): "cannot listen on \(address) port \(port): \(reason)"
        }
    }
}
