/// Names of requests: unique, unguessable enough to quote in support, no meaning inside.
public enum RequestID {
    private static let digits: [UInt8] = Array("0123456789abcdef".utf8)

    /// `req_` and 32 hex digits from the system's random source.
    public static func make() -> String {
        var high = UInt64.random(in: .min ... .max)
        var low = UInt64.random(in: .min ... .max)
        var bytes: [UInt8] = [0x72, 0x65, 0x71, 0x5F]
        bytes.reserveCapacity(36)
        for _ in 0..<16 {
            bytes.append(digits[Int(high & 15)])
            high >>= 4
        }
        for _ in 0..<16 {
            bytes.append(digits[Int(low & 15)])
            low >>= 4
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
