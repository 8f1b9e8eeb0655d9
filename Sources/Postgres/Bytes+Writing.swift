import Daemon
import FoundationEssentials

extension [UInt8] {
    /// The decimal digits of an integer, without going through a `String`.
    mutating func appendDecimal(_ value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        let start = count
        var rest = value.magnitude
        repeat {
            append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        self[start...].reverse()
    }

    /// A UUID in its usual form of 36 characters.
    mutating func appendHyphenated(_ uuid: UUID) {
        let b = uuid.uuid
        appendHex(b.0, b.1, b.2, b.3)
        append(UInt8(ascii: "-"))
        appendHex(b.4, b.5)
        append(UInt8(ascii: "-"))
        appendHex(b.6, b.7)
        append(UInt8(ascii: "-"))
        appendHex(b.8, b.9)
        append(UInt8(ascii: "-"))
        appendHex(b.10, b.11, b.12, b.13, b.14, b.15)
    }

    /// A quoted element of an array literal.
    mutating func appendArrayElement(_ text: String) {
        append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
            append(byte)
        }
        append(UInt8(ascii: "\""))
    }

    /// Eight bytes in network order.
    mutating func appendBigEndian(_ value: Int64) {
        for shift in stride(from: 56, through: 0, by: -8) { append(UInt8(truncatingIfNeeded: value >> Int64(shift))) }
    }

    private mutating func appendHex(_ bytes: UInt8...) {
        for byte in bytes {
            append(Self.digit(byte >> 4))
            append(Self.digit(byte & 15))
        }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}

extension Timestamp {
    /// 2000-01-01 00:00 UTC, from which PostgreSQL's binary timestamps count.
    static let postgresEpoch = Timestamp(seconds: 946_684_800)
}
