/// An address that a mail can be sent to, as far as its form tells: `local@domain.tld`, ASCII, no spaces, no comments.
public struct EmailAddress: Hashable, Sendable {
    /// The address as it was given.
    public let text: String

    /// Checks the form; nil where no mail could ever arrive. Deliberately narrower than RFC 5322: no quoted local
    /// parts, no address literals, since Stripe refuses them too.
    public init?(_ text: String) {
        guard text.utf8.count <= 254 else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else { return nil }
        self.text = text
    }

    private static func isLocalPart(_ part: Substring) -> Bool {
        guard (1...64).contains(part.utf8.count) else { return false }
        let symbols = Set("!#$%&'*+/=?^_`{|}~-.".utf8)
        guard part.utf8.allSatisfy({ isAlphanumeric($0) || symbols.contains($0) }) else { return false }
        return !part.hasPrefix(".") && !part.hasSuffix(".") && !part.contains("..")
    }

    private static func isDomain(_ part: Substring) -> Bool {
        let labels = part.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, part.utf8.count <= 253 else { return false }
        let areLabels = labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
        // A top-level domain begins with a letter (RFC 3696, section 2), so an IP address is not a domain.
        return areLabels && labels[labels.count - 1].first?.isLetter == true
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
