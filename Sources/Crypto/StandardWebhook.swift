public import Daemon
internal import FoundationEssentials

/// Signs what a portal is told, in the form of the Standard Webhooks specification 1.0.0 (symmetric, `v1`).
public enum StandardWebhook {
    /// A new signing secret, `whsec_` and 32 random bytes in Base64.
    public static func makeSecret() throws(CryptoError) -> Secret {
        Secret("whsec_" + Data(try RandomBytes.make(32)).base64EncodedString())
    }

    /// The value of `webhook-signature`: one signature for each secret, the newest first, so that a receiver may know
    /// the old one or the new one.
    ///
    /// - Throws: `malformedKey` for a secret that is not of the form `makeSecret` gives.
    public static func sign(
        id: String, at moment: Timestamp, body: [UInt8], secrets: [Secret]
    ) throws(CryptoError) -> String {
        var signatures: [String] = []
        for secret in secrets {
            let message = Array("\(id).\(moment.seconds).".utf8) + body
            let mac = HMACSHA256.authenticate(message, key: try key(of: secret))
            signatures.append("v1," + Data(mac).base64EncodedString())
        }
        return signatures.joined(separator: " ")
    }

    private static func key(of secret: Secret) throws(CryptoError) -> Secret {
        let bytes = secret.reveal { text -> [UInt8]? in
            guard text.hasPrefix("whsec_") else { return nil }
            return Data(base64Encoded: String(text.dropFirst(6))).map { Array($0) }
        }
        guard let bytes, (24...64).contains(bytes.count) else { throw .malformedKey }
        return Secret(bytes: bytes)
    }
}
