/// Asks name servers. Each question has a thread and sockets of its own while it lasts, so nobody waits for another's.
public struct Resolver: Sendable {
    private let settings: ResolverSettings

    /// One that asks whom the settings name.
    public init(_ settings: ResolverSettings = ResolverSettings()) { self.settings = settings }

    /// Whether the settings name servers that can be asked: an address that is none is refused.
    public var isUsable: Bool { (try? Channel(settings)) != nil }

    /// The texts of a name's TXT records. The strings of one record (RFC 1035: at most 255 bytes each) are joined, as
    /// every protocol that uses TXT has it.
    ///
    /// The name is taken as it is: no search list is tried. Aliases (CNAME) are followed by the server, a truncated
    /// answer is asked for again over TCP.
    public func texts(of name: String) async throws(DNSError) -> [String] {
        try await Lookup().texts(of: name, settings)
    }
}
