import Crypto

/// A picture a tenant shows its clients. Only PNG, whose parts are simple enough to be looked at one by one: what is no
/// picture is left out, so no text, no profile and no program travels with it (S8).
struct LogoPicture: Sendable {
    /// Why a picture is refused.
    struct Refusal: Error {
        /// What to do, for people.
        let detail: String
    }

    /// Larger ones are refused.
    static let bytesMax = 131_072
    /// Wider or higher ones are refused.
    static let sideMax = 2_048

    /// The picture, with nothing else in it.
    let bytes: [UInt8]

    private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    /// What a picture needs: its size, its palette, what shines through, its dots, its end.
    private static let kept: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND", "sRGB", "gAMA"]

    /// Checks every part's length and check sum, the size, and that nothing stands behind the end.
    init(png: [UInt8]) throws(Refusal) {
        guard png.count <= Self.bytesMax else {
            throw Refusal(detail: "Must be at most \(Self.bytesMax / 1024) KiB.")
        }
        guard png.starts(with: Self.signature) else { throw Refusal(detail: "Must be a PNG picture.") }
        var rest = png.dropFirst(Self.signature.count)
        var picture = Self.signature
        var names: [String] = []
        while !rest.isEmpty {
            let broken = Refusal(detail: "The PNG picture is damaged.")
            guard rest.count >= 12 else { throw broken }
            let length = Int(Self.number(rest.prefix(4)))
            guard length <= rest.count - 12 else { throw broken }
            let chunk = rest.prefix(12 + length)
            let body = chunk.dropFirst(4).dropLast(4)
            guard CRC32.checksum(body) == Self.number(chunk.suffix(4)) else { throw broken }
            let name = String(decoding: body.prefix(4), as: UTF8.self)
            guard names.isEmpty == (name == "IHDR"), names.last != "IEND" else { throw broken }
            if name == "IHDR" { try Self.checkSize(body.dropFirst(4)) }
            names.append(name)
            if Self.kept.contains(name) { picture += chunk }
            rest = rest.dropFirst(chunk.count)
        }
        guard names.last == "IEND", names.contains("IDAT") else { throw Refusal(detail: "The PNG picture is damaged.") }
        bytes = picture
    }

    private static func checkSize(_ header: ArraySlice<UInt8>) throws(Refusal) {
        guard header.count == 13 else { throw Refusal(detail: "The PNG picture is damaged.") }
        let (width, height) = (number(header.prefix(4)), number(header.dropFirst(4).prefix(4)))
        guard (1...UInt32(sideMax)).contains(width), (1...UInt32(sideMax)).contains(height) else {
            throw Refusal(detail: "Must be at most \(sideMax) dots wide and high.")
        }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

    /// Reads base 64 (RFC 4648, section 4); nil for anything else.
    static func decode(base64 text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 4), !digits.isEmpty else { return nil }
        let padding = digits.suffix(2).count { $0 == UInt8(ascii: "=") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3)
        var bits: UInt32 = 0
        for (index, digit) in digits.enumerated() {
            let value: UInt32
            switch digit {
            case 0x41...0x5A: value = UInt32(digit - 0x41)
            case 0x61...0x7A: value = UInt32(digit - 0x61) + 26
            case 0x30...0x39: value = UInt32(digit - 0x30) + 52
            case 0x2B: value = 62
            case 0x2F: value = 63
            case 0x3D where index >= digits.count - padding: value = 0
            default: return nil
            }
            bits = bits << 6 | value
            if index % 4 == 3 {
                bytes += [UInt8(bits >> 16 & 255), UInt8(bits >> 8 & 255), UInt8(bits & 255)]
                bits = 0
            }
        }
        return Array(bytes.dropLast(padding))
    }
}
