/// The last net under the rule that secrets are `Secret`s: texts on their way to a log or an error line lose whatever
/// looks like one of the credentials this product handles.
public enum Redactor {
    /// How the credentials we handle begin: Stripe keys and webhook secrets, our API keys, our private keys.
    private static let prefixes: [[UInt8]] = [
        "sk_test_", "sk_live_", "rk_test_", "rk_live_", "whsec_", "tg_test_", "tg_live_", "tgkey1:", "Bearer ",
        "password=",
    ].map { Array($0.utf8) }

    /// The text with the tail of every credential replaced by three dots; also passwords inside URLs.
    public static func redact(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var clean: [UInt8] = []
        clean.reserveCapacity(bytes.count)
        var hasChanged = false
        var index = 0
        while index < bytes.count {
            if let prefix = prefixes.first(where: { bytes[index...].starts(with: $0) }) {
                clean += prefix
                index += prefix.count
                let end = endOfToken(in: bytes, from: index)
                if end > index {
                    clean += "•••".utf8
                    hasChanged = true
                    index = end
                }
            } else if bytes[index...].starts(with: "://".utf8), let (colon, at) = password(in: bytes, from: index + 3) {
                clean += bytes[index...colon]
                clean += "•••".utf8
                hasChanged = true
                index = at
            } else {
                clean.append(bytes[index])
                index += 1
            }
        }
        return hasChanged ? String(decoding: clean, as: UTF8.self) : text
    }

    private static func endOfToken(in bytes: [UInt8], from start: Int) -> Int {
        bytes[start...].firstIndex { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"),
                UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "."), UInt8(ascii: "%"):
                false
            default: true
            }
        } ?? bytes.count
    }

    /// Where the password of `user:password@host` stands: its colon and its at sign.
    private static func password(in bytes: [UInt8], from start: Int) -> (colon: Int, at: Int)? {
        var colon: Int?
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ":"): colon = colon ?? index
            case UInt8(ascii: "@"):
                guard let colon, index > colon + 1 else { return nil }
                return (colon, index)
            case UInt8(ascii: "/"), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "?"), UInt8(ascii: "\""):
                return nil
            default: break
            }
            index += 1
        }
        return nil
    }
}
