/// An absolute http or https address as RFC 3986 has it, without a user in it: browsers, Stripe and portals' programs
/// are sent there, and each of them must be able to read it.
struct WebAddress: Sendable {
    /// `https` or `http`, in small letters.
    let scheme: Substring
    /// A name, an IPv4 address, or an IPv6 address in brackets.
    let host: Substring

    /// Nil for anything else.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let scheme = ["https", "http"].first(where: { text.lowercased().hasPrefix($0 + "://") })
        else { return nil }
        let authority = text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host: Substring
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            host = authority[...end]
            guard Self.isIPv6(host.dropFirst().dropLast()) else { return nil }
        } else {
            host = authority.prefix { $0 != ":" }
            guard Self.isName(host) else { return nil }
        }
        guard Self.isPort(authority[host.endIndex...]) else { return nil }
        self.scheme = scheme[...]
        self.host = host
    }

    /// Labels of letters, digits, hyphens and underscores, which names inside of networks have; IPv4 addresses too.
    private static func isName(_ text: Substring) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isDigit($0) || isLetter($0) || $0 == 0x2D || $0 == 0x5F }
        }
    }

    /// Eight groups of hexadecimal digits; `::` stands for one or more of them, an IPv4 address for the last two.
    private static func isIPv6(_ text: Substring) -> Bool {
        let halves = text.split(separator: "::", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return false }
        var count = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            var groups = half.split(separator: ":", omittingEmptySubsequences: false)
            if index == halves.count - 1, let last = groups.last, isIPv4(last) {
                groups.removeLast()
                count += 2
            }
            let isHex = groups.allSatisfy { group in
                (1...4).contains(group.utf8.count) && group.utf8.allSatisfy { isDigit($0) || isHexLetter($0) }
            }
            guard isHex else { return false }
            count += groups.count
        }
        return halves.count == 2 ? count <= 7 : count == 8
    }

    private static func isIPv4(_ text: Substring) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                part.utf8.allSatisfy(isDigit) && UInt8(part) != nil && (part == "0" || !part.hasPrefix("0"))
            }
    }

    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        let digits = text.dropFirst()
        return text.hasPrefix(":") && (1...5).contains(digits.utf8.count) && digits.utf8.allSatisfy(isDigit)
            && UInt16(digits) != nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

    private static func isHexLetter(_ byte: UInt8) -> Bool { (0x61...0x66).contains(byte | 0x20) }
}
