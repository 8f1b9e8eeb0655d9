internal import COpenSSL
internal import Daemon

/// Key derivation with HMAC and SHA-256, in the labelled form HPKE uses. Sources: RFC 5869, RFC 9180 section 4.
struct HKDF {
    /// Names the algorithms in every derivation, so that keys of one suite are useless in another.
    let suite: [UInt8]

    /// `LabeledExtract`: gathers the randomness of `material` into 32 bytes.
    func extract(salt: [UInt8], label: String, _ material: [UInt8]) throws(CryptoError) -> [UInt8] {
        var labelled = Array("HPKE-v1".utf8) + suite + Array(label.utf8) + material
        defer { labelled.wipe() }
        return try Self.hmac(key: salt, labelled)
    }

    /// `LabeledExpand`: stretches 32 bytes into `count` bytes (at most 255 · 32) for one purpose.
    func expand(_ secret: [UInt8], label: String, context: [UInt8], count: Int) throws(CryptoError) -> [UInt8] {
        let length = [UInt8(count >> 8 & 255), UInt8(count & 255)]
        let purpose = length + Array("HPKE-v1".utf8) + suite + Array(label.utf8) + context
        var bytes: [UInt8] = []
        var block: [UInt8] = []
        var number: UInt8 = 1
        while bytes.count < count {
            block = try Self.hmac(key: secret, block + purpose + [number])
            bytes += block
            number += 1
        }
        block.wipe()
        return Array(bytes[..<count])
    }

    private static func hmac(key: [UInt8], _ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 32
        guard unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length) != nil else {
            throw .failed("HMAC")
        }
        return code
    }
}
