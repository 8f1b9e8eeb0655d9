/// Percent-encoding of paths, queries and forms. Source: RFC 3986, section 2.1; form spelling: WHATWG URL, section 5.
public enum PercentEncoding {
    /// Decodes a path or query part. Nil for a broken escape, for bytes that are not UTF-8, and for NUL, CR and LF,
    /// which have no honest place there.
    public static func decode(_ text: String) -> String? {
        decode(text.utf8, plusIsSpace: false, allowsLineBreaks: false)
    }

    /// Encodes a name or value of a form; a space becomes `+`.
    public static func encodeForm(_ text: String) -> String {
        var encoded = ""
        encoded.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 {
            if byte == 0x20 { encoded.append("+") } else { append(byte, to: &encoded) }
        }
        return encoded
    }

    /// Encodes one path segment: a slash inside it stays inside it.
    public static func encodePath(_ text: String) -> String {
        var encoded = ""
        encoded.reserveCapacity(text.utf8.count + 8)
        for byte in text.utf8 { append(byte, to: &encoded) }
        return encoded
    }

    /// Decodes a name or value of a query or form, where `+` is a space.
    static func decode(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool, allowsLineBreaks: Bool) -> String? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            var value = byte
            if byte == UInt8(ascii: "%") {
                guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else {
                    return nil
                }
                value = high << 4 | low
            } else if plusIsSpace, byte == UInt8(ascii: "+") {
                value = 0x20
            }
            if value == 0 || !allowsLineBreaks && (value == 0x0A || value == 0x0D) { return nil }
            decoded.append(value)
        }
        return String(validating: decoded, as: UTF8.self)
    }

    private static func append(_ byte: UInt8, to text: inout String) {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            text.unicodeScalars.append(Unicode.Scalar(byte))
        default:
            text.append("%")
            text.unicodeScalars.append(Unicode.Scalar(hex[Int(byte >> 4)]))
            text.unicodeScalars.append(Unicode.Scalar(hex[Int(byte & 15)]))
        }
    }

    private static let hex = Array("0123456789ABCDEF".utf8)

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
