public import Daemon

/// A portal's credential: `tg_test_` or `tg_live_`, 256 random bits in 43 base-62 digits, and a 6-digit checksum.
///
/// The prefix is unlike Stripe's on purpose, so that neither people nor secret scanners confuse the two. We keep only a
/// keyed digest; the key itself is shown once.
public struct APIKey: Sendable {
    /// The whole key.
    public let text: Secret
    /// Whether it is for live money.
    public let isLive: Bool

    /// A new one.
    public static func make(livemode: Bool) throws(CryptoError) -> APIKey {
        let body = (livemode ? "tg_live_" : "tg_test_") + Base62.encode(try RandomBytes.make(32), width: 43)
        return APIKey(text: Secret(body + checksum(of: body)), isLive: livemode)
    }

    /// Reads one; nil when the shape or the checksum is wrong, which costs no look-up.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 57, let isLive = ["tg_live_": true, "tg_test_": false][String(text.prefix(8))],
            bytes.dropFirst(8).allSatisfy(Base62.isDigit),
            Self.checksum(of: String(text.dropLast(6))) == String(text.suffix(6))
        else { return nil }
        self.init(text: Secret(text), isLive: isLive)
    }

    /// What the database knows the key by. Pepper: a secret outside the database, so that a stolen table opens nothing.
    public func mac(pepper: Secret) -> [UInt8] {
        text.revealBytes { HMACSHA256.authenticate($0, key: pepper) }
    }

    /// `tg_test_`, safe to show.
    public var prefix: String { isLive ? "tg_live_" : "tg_test_" }
    /// The last four characters, safe to show.
    public var last4: String { text.reveal { String($0.suffix(4)) } }

    private init(text: Secret, isLive: Bool) {
        self.text = text
        self.isLive = isLive
    }

    private static func checksum(of body: String) -> String {
        let crc = CRC32.checksum(body.utf8)
        return Base62.encode(
            [UInt8(crc >> 24), UInt8(crc >> 16 & 255), UInt8(crc >> 8 & 255), UInt8(crc & 255)], width: 6)
    }
}
