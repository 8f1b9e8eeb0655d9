internal import COpenSSL
public import Daemon

/// An Ed25519 key that signs what portals verify by themselves. Source: RFC 8032.
public struct SigningKey: Sendable {
    /// Names the key in what it signed.
    public let id: UInt32
    /// What it signs: `access-token`.
    public let purpose: String
    /// The public half: 32 bytes.
    public let publicKey: [UInt8]
    private let seed: Secret

    /// A new key.
    public static func generate(id: UInt32, purpose: String) throws(CryptoError) -> SigningKey {
        guard id > 0, KeyText.isPurpose(Array(purpose.utf8)) else { throw .malformedKey }
        var bytes = try RandomBytes.make(32)
        defer { bytes.wipe() }
        return try SigningKey(id: id, purpose: purpose, seed: bytes)
    }

    /// Reads `tgsig1:<id>:<purpose>:<64 hex digits>`, one a line; the first signs, the others are still believed.
    public static func ring(parsing text: Secret) throws(CryptoError) -> [SigningKey] {
        let keys = try text.withBytes { (bytes) throws(CryptoError) in
            var keys: [SigningKey] = []
            for line in bytes.split(separator: UInt8(ascii: "\n")) {
                let line = KeyText.trim(line)
                if line.isEmpty || line[0] == UInt8(ascii: "#") { continue }
                let parts = try KeyText.read("tgsig1", line)
                keys.append(try SigningKey(id: parts.id, purpose: parts.purpose, seed: parts.key))
            }
            return keys
        }
        guard !keys.isEmpty, Set(keys.map(\.id)).count == keys.count else { throw .malformedKeyRing }
        return keys
    }

    /// `tgsig1:<id>:<purpose>:<64 hex digits>`.
    public var text: Secret { seed.revealBytes { Secret(KeyText.write("tgsig1", id, purpose, Hex.encode($0))) } }

    /// The 64 bytes of the signature.
    public func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
        try seed.withBytes { (seed) throws(CryptoError) in
            guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
                throw .malformedKey
            }
            defer { unsafe EVP_PKEY_free(key) }
            guard let context = unsafe EVP_MD_CTX_new() else { throw .failed("Ed25519") }
            defer { unsafe EVP_MD_CTX_free(context) }
            var signature = [UInt8](repeating: 0, count: 64)
            var count = signature.count
            guard unsafe EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
                unsafe EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == 64
            else { throw .failed("Ed25519") }
            return signature
        }
    }

    /// Whether the holder of a key signed this.
    public static func verify(_ signature: [UInt8], of message: [UInt8], by publicKey: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, publicKey, publicKey.count)
        else { return false }
        defer { unsafe EVP_PKEY_free(key) }
        guard let context = unsafe EVP_MD_CTX_new() else { return false }
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        let isRight = unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        ERR_clear_error()
        return isRight
    }

    private init(id: UInt32, purpose: String, seed: [UInt8]) throws(CryptoError) {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
            throw .malformedKey
        }
        defer { unsafe EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == 32 else {
            throw .failed("Ed25519")
        }
        publicKey = bytes
        self.id = id
        self.purpose = purpose
        self.seed = Secret(bytes: seed)
    }
}
