import Billing
import Crypto
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/access/token`: a client's access, signed, so that a portal can go on for a quarter of an hour without us. A JWT
/// (RFC 7519) under EdDSA (RFC 8037): any portal's language has a library that reads it.
enum AccessTokens {
    /// How long one is believed, in seconds.
    static let lifetime: Int64 = 900
    /// How far a portal's clock may be behind ours, in seconds: nobody is kept out for that.
    static let skew: Int64 = 60

    /// Signs a client's access as it stands. It is never believed beyond the deadline of a grace, since the state may
    /// change then without anybody asking. What is left of each quota is in it, as it stood.
    static func sign(_ call: Call) async throws -> Response {
        guard let key = call.gateway.accessKeys.first else {
            throw Problem(.accessTokenUnavailable, "The operator has set no TOLLGATE_ACCESS_SIGNING_KEYS.")
        }
        var fields = try call.fields()
        let client = fields.required("client", .id(of: Client.self))
        try fields.finish()
        let id = try client()
        let entry = try call.caller().entry
        let now = call.gateway.clock.now().seconds
        let publicURL = call.gateway.publicURL
        return try await call.gateway.database.transaction(entering: entry) { entrance, tx in
            guard let view = AccessView(try tx.run(ViewAccess(id))) else {
                throw Problem.notFound("client", param: "client")
            }
            let deadline = view.holds.compactMap(\.hold.deadline).min()?.seconds
            let end = min(now + lifetime, deadline.map { max($0, now + 1) } ?? .max)
            let claims: JSON = .object([
                "iss": .string(publicURL), "aud": .string(entrance.tenant.text), "sub": .string(id.text),
                "tenant": .string(entrance.tenant.text),
                "livemode": .bool(entrance.livemode), "state": .string(view.state.rawValue),
                "allowed": .bool(view.state.isAllowed), "deadline": deadline.map(JSON.integer) ?? .null,
                "stale_since": .time(view.staleSince), "quotas": try Entitlements.standing(of: id, tx),
                "iat": .integer(now), "nbf": .integer(now - skew), "exp": .integer(end),
            ])
            return .json(
                .ok,
                [
                    "object": "access_token", "token": .string(try token(claims, key)), "client": .string(id.text),
                    "state": .string(view.state.rawValue), "not_after": .integer(end),
                    "key_id": .string(keyID(key)),
                ])
        }
    }

    /// The public halves (RFC 7517): what portals fetch once and keep.
    static func keys(_ call: Call) async throws -> Response {
        let keys = call.gateway.accessKeys.map { key -> JSON in
            [
                "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": .string(keyID(key)),
                "x": .string(Base64URL.encode(key.publicKey)),
            ]
        }
        var response = Response.json(.ok, ["keys": .array(keys)])
        response.headers["Cache-Control"] = "public, max-age=300"
        return response
    }

    private static func keyID(_ key: SigningKey) -> String { "tg-access-\(key.id)" }

    private static func token(_ claims: JSON, _ key: SigningKey) throws -> String {
        let header: JSON = ["alg": "EdDSA", "typ": "JWT", "kid": .string(keyID(key))]
        let signed = Base64URL.encode(header.serialize()) + "." + Base64URL.encode(claims.serialize())
        return signed + "." + Base64URL.encode(try key.sign(Array(signed.utf8)))
    }
}

/// Base 64 for URLs, without padding (RFC 4648, section 5).
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The text.
    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            bits <<= UInt32(8 * (3 - group.count))
            for place in 0...group.count { text.append(digits[Int(bits >> UInt32(18 - 6 * place) & 63)]) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
