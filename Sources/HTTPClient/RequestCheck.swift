internal import Daemon
internal import HTTPTypes

/// What is refused before libcurl sees it: other schemes, hosts without TLS, header injection.
enum RequestCheck {
    /// The reason to refuse, or nil. Pure.
    static func fault(in request: OutgoingRequest, plainHosts: Set<String>) -> String? {
        if let fault = fault(inURL: request.url, plainHosts: plainHosts) { return fault }
        guard isToken(request.method.rawValue) else { return "method is not a token" }
        for (name, value) in request.headers where !isToken(name) || !value.utf8.allSatisfy(isVisible) {
            return "header \(isToken(name) ? name : "name") has a forbidden character"
        }
        for (name, prefix, secret) in request.secretHeaders {
            let isClean = secret.revealBytes { !$0.isEmpty && $0.allSatisfy(isVisible) }
            guard isClean, isToken(name), prefix.utf8.allSatisfy(isVisible) else {
                return "secret header has a forbidden character"
            }
        }
        return nil
    }

    private static func fault(inURL url: String, plainHosts: Set<String>) -> String? {
        guard url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x5C && $0 != 0x23 }) else {
            return "url has a forbidden character"
        }
        let isPlain = url.hasPrefix("http://")
        guard isPlain || url.hasPrefix("https://") else { return "url is neither https nor http" }
        let rest = url.dropFirst(isPlain ? 7 : 8)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else { return "url has no plain host" }
        guard !isPlain || plainHosts.contains(host(of: authority)) else { return "http is not allowed to this host" }
        return nil
    }

    /// The host of a URL, as it stands there.
    static func host(ofURL url: String) -> String {
        let rest = url.drop { $0 != "/" }.dropFirst(2)
        return host(of: rest.prefix { $0 != "/" && $0 != "?" })
    }

    private static func host(of authority: Substring) -> String {
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") { return String(authority[...end]) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x21, 0x23...0x27, 0x2A, 0x2B, 0x2D, 0x2E, 0x5E...0x60,
                    0x7C,
                    0x7E:
                    true
                default: false
                }
            }
    }

    private static func isVisible(_ byte: UInt8) -> Bool {
        byte >= 0x20 && byte != 0x7F || byte == 0x09
    }
}
