internal import Daemon

/// The text form of keys: `<kind>:<id>:<purpose>:<64 lower-case hex digits>`.
enum KeyText {
    static func write(_ kind: String, _ id: UInt32, _ purpose: String, _ hex: String) -> String {
        "\(kind):\(id):\(purpose):\(hex)"
    }

    /// One text a key: ids without leading zeros, lower case only.
    static func read(
        _ kind: String, _ text: [UInt8]
    ) throws(CryptoError) -> (id: UInt32, purpose: String, key: [UInt8]) {
        let parts = trim(text).split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 4, Array(parts[0]) == Array(kind.utf8),
            let id = UInt32(String(decoding: parts[1], as: UTF8.self)), id > 0, Array(parts[1]) == Array("\(id)".utf8),
            isPurpose(parts[2]), parts[3].count == 64,
            parts[3].allSatisfy({ digits.contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }),
            let key = Hex.decode(String(decoding: parts[3], as: UTF8.self))
        else { throw .malformedKey }
        return (id, String(decoding: parts[2], as: UTF8.self), key)
    }

    /// Whether a word can name a purpose: 1 to 32 of a–z, 0–9 and `-`.
    static func isPurpose(_ word: some Collection<UInt8>) -> Bool {
        (1...32).contains(word.count)
            && word.allSatisfy { letters.contains($0) || digits.contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// Without the white space at both ends.
    static func trim(_ text: some BidirectionalCollection<UInt8>) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(text[first...last])
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}
