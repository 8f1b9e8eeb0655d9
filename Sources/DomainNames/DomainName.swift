internal import CIDN2

/// The name of a domain on the internet, in the one form in which names are compared: small letters, no dot at its end,
/// what is not ASCII as `xn--…` (IDNA 2008 by UTS 46, as browsers do it).
public struct DomainName: Hashable, Sendable, CustomStringConvertible {
    /// `portal.example.com`, `xn--bcher-kva.example`.
    public let text: String
    /// The same.
    public var description: String { text }

    /// So many bytes, that a label of 19 and its dot fit before it (RFC 1035: 253 in all).
    public static let bytesMax = 233

    /// Takes a name as people write it: `Portal.Example.COM.`, `Bücher.example`.
    public init(_ written: String) throws(DomainNameError) {
        guard written.utf8.count <= 4 * Self.bytesMax else { throw .tooLong }
        guard !written.contains("*") else { throw .wildcard }
        let name = written.hasSuffix(".") ? String(written.dropLast()) : written
        guard !name.utf8.contains(0), let ascii = Self.ascii(name)?.lowercased() else { throw .notAName }
        let labels = ascii.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel) else { throw .notAName }
        // A top-level domain begins with a letter (RFC 3696, section 2): what ends in digits is an address.
        guard let last = labels.last?.utf8.first, !(0x30...0x39).contains(last) else { throw .address }
        guard labels.count >= 2 else { throw .singleLabel }
        guard ascii.utf8.count <= Self.bytesMax else { throw .tooLong }
        text = ascii
    }

    /// Nil where the library knows no such form.
    private static func ascii(_ name: String) -> String? {
        var out: UnsafeMutablePointer<CChar>?
        guard unsafe domain_to_ascii(name, &out), let out = unsafe out else { return nil }
        defer { unsafe idn2_free(out) }
        return unsafe String(cString: out)
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
