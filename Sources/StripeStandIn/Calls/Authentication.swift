import Crypto
import Daemon
import HTTPTypes

/// Who asks: the key's record, made on first sight for keys of the right shape.
struct Authentication {
    /// The stand-in.
    let world: World

    /// The record of the key in the `Authorization` header.
    func authenticate(_ headers: HTTPHeaders) throws(Refusal) -> KeyRecord {
        guard let key = Self.key(in: headers["Authorization"] ?? "") else {
            throw refused(
                "You did not provide an API key. You need to provide your API key in the Authorization header, using "
                    + "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See "
                    + "https://stripe.com/docs/api#authentication "
                    + "for details, or we can help at https://support.stripe.com/.")
        }
        guard let record = record(of: key) else { throw refused("Invalid API Key provided: \(Self.shown(key))") }
        if record.isExpired || (record.expires ?? .max) <= world.now {
            throw refused("Expired API Key provided: \(record.shown)", code: "api_key_expired")
        }
        if record.isRevoked { throw refused("Invalid API Key provided: \(record.shown)") }
        return record
    }

    /// The record of a key; nil when it is no secret key of this stand-in.
    func record(of key: String) -> KeyRecord? {
        let hash = Hex.encode(SHA256.digest(Array(key.utf8)))
        if let known = world.keys[hash] { return known }
        guard !world.policy.knownKeysOnly, let (isLive, body) = Self.parse(key), !body.hasPrefix("Invalid") else {
            return nil
        }
        var record = KeyRecord(
            hash: hash, shown: Self.shown(key), account: Self.account(ofKeyBody: body), isLive: isLive)
        record.isExpired = body.hasPrefix("Expired")
        world.keys[hash] = record
        world.isDirty = true
        return record
    }

    /// Registers a key for an account, whatever it would belong to by its letters.
    func register(_ key: String, account: String, permissions: Set<String>?) -> KeyRecord? {
        guard let (isLive, _) = Self.parse(key) else { return nil }
        let hash = Hex.encode(SHA256.digest(Array(key.utf8)))
        let record = KeyRecord(
            hash: hash, shown: Self.shown(key), account: account, isLive: isLive, permissions: permissions)
        world.keys[hash] = record
        world.isDirty = true
        return record
    }

    /// The account of a key's letters. As at Stripe, keys that begin with `51` carry the account's id, so that the test
    /// key, the live key and a rolled key of one account belong together; other keys are an account each.
    static func account(ofKeyBody body: String) -> String {
        if body.hasPrefix("51"), body.count >= 24 { return "acct_1" + body.dropFirst(2).prefix(15) }
        return "acct_1" + Identifier.derived(SHA256.digest(Array(body.utf8)), length: 15)
    }

    /// Mode and letters of `sk_test_…`, `sk_live_…`, `rk_test_…`, `rk_live_…`; nil for every other shape.
    static func parse(_ key: String) -> (isLive: Bool, body: String)? {
        let parts = key.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "sk" || parts[0] == "rk", parts[1] == "test" || parts[1] == "live",
            parts[2].count >= 10, parts[2].utf8.allSatisfy({ $0 < 128 && Character(Unicode.Scalar($0)).isASCIIWord })
        else { return nil }
        return (parts[1] == "live", String(parts[2]))
    }

    private static func key(in header: String) -> String? {
        if header.hasPrefix("Bearer ") { return String(header.dropFirst(7)).trimmed }
        guard header.hasPrefix("Basic "), let bytes = Base64.decode(String(header.dropFirst(6))) else { return nil }
        return String(decoding: bytes, as: UTF8.self).split(separator: ":").first.map(String.init)
    }

    /// A key as messages may show it.
    static func shown(_ key: String) -> String {
        guard key.count > 12 else { return String(repeating: "*", count: key.count) }
        let start = key.hasPrefix("sk_") || key.hasPrefix("rk_") || key.hasPrefix("pk_") ? 8 : 4
        return key.prefix(start) + String(repeating: "*", count: max(4, key.count - start - 4)) + key.suffix(4)
    }

    private func refused(_ message: String, code: String? = nil) -> Refusal {
        Refusal(
            status: 401, code: code, message: message, headers: [("WWW-Authenticate", "Bearer realm=\"Stripe\"")],
            isStored: false)
    }
}

extension Character {
    fileprivate var isASCIIWord: Bool { isASCII && (isLetter || isNumber || self == "_") }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
