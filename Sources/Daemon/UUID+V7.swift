public import FoundationEssentials

extension UUID {
    /// A time-ordered identifier (RFC 9562, version 7): 48 bits of milliseconds, a counter of 12, 62 random bits.
    ///
    /// Rows made together lie together in their index, those made by one counter in one millisecond sort in the order
    /// of making (section 6.2, method 1), and nobody can guess a neighbour.
    public static func v7(at moment: Timestamp, numberedBy counter: V7Counter = .ofProcess) -> UUID {
        let place = counter.next(milliseconds: UInt64(max(0, moment.microseconds / 1_000)))
        let high = (place >> 12) << 16 | 0x7000 | place & 0x0FFF
        let low = 0x8000_0000_0000_0000 | UInt64.random(in: 0...0x3FFF_FFFF_FFFF_FFFF)
        return UUID(high: high, low: low)
    }

    /// The identifier as 32 lower-case hexadecimal digits, the way our public ids carry it.
    public var hex: String {
        Hex.encode(bytes)
    }

    /// Reads exactly 32 lower-case hexadecimal digits; upper case is refused so that one row has one public id.
    public init?(hex text: String) {
        let upperCase = UInt8(ascii: "A")...UInt8(ascii: "F")
        guard text.utf8.count == 32, !text.utf8.contains(where: upperCase.contains), let bytes = Hex.decode(text)
        else { return nil }
        self.init(bytes: bytes)
    }

    /// The 16 bytes in network order.
    public var bytes: [UInt8] {
        let (b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15) = uuid
        return [b0, b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
    }

    /// From 16 bytes in network order; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: bytes[..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8...].reduce(0) { $0 << 8 | UInt64($1) })
    }

    private init(high: UInt64, low: UInt64) {
        func byte(_ word: UInt64, _ index: UInt64) -> UInt8 { UInt8(truncatingIfNeeded: word >> (56 - 8 * index)) }
        self.init(
            uuid: (
                byte(high, 0), byte(high, 1), byte(high, 2), byte(high, 3),
                byte(high, 4), byte(high, 5), byte(high, 6), byte(high, 7),
                byte(low, 0), byte(low, 1), byte(low, 2), byte(low, 3),
                byte(low, 4), byte(low, 5), byte(low, 6), byte(low, 7)
            ))
    }
}
