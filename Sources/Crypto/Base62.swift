/// Digits, capitals, small letters: text that survives double clicks, URLs and log parsers.
enum Base62 {
    /// A big-endian number in exactly `width` digits; the caller knows that it fits.
    static func encode(_ bytes: [UInt8], width: Int) -> String {
        var number = bytes
        var digits = [UInt8](repeating: alphabet[0], count: width)
        for place in stride(from: width - 1, through: 0, by: -1) {
            var remainder = 0
            for index in number.indices {
                let value = remainder << 8 | Int(number[index])
                number[index] = UInt8(value / 62)
                remainder = value % 62
            }
            digits[place] = alphabet[remainder]
        }
        return String(decoding: digits, as: UTF8.self)
    }

    static func isDigit(_ byte: UInt8) -> Bool { alphabet.contains(byte) }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
}
