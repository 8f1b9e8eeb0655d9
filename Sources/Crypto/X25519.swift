internal import COpenSSL

/// The key agreement of RFC 7748 over Curve25519.
enum X25519 {
    /// Both halves of a key are this long.
    static let keyBytes = 32

    /// The public half of a private key.
    static func publicKey(of privateKey: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let key = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, privateKey, privateKey.count) else {
            throw .malformedKey
        }
        defer { unsafe EVP_PKEY_free(key) }
        var bytes = [UInt8](repeating: 0, count: keyBytes)
        var count = keyBytes
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &count) == 1, count == keyBytes else {
            throw .failed("X25519 public key")
        }
        return bytes
    }

    /// What the two parties have in common. Refuses a public key of small order, whose result would be known to all.
    static func agree(_ privateKey: [UInt8], with publicKey: [UInt8]) throws(CryptoError) -> [UInt8] {
        guard let own = unsafe EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nil, privateKey, privateKey.count) else {
            throw .malformedKey
        }
        defer { unsafe EVP_PKEY_free(own) }
        guard let other = unsafe EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nil, publicKey, publicKey.count) else {
            throw .malformedKey
        }
        defer { unsafe EVP_PKEY_free(other) }
        guard let context = unsafe EVP_PKEY_CTX_new(own, nil) else { throw .failed("X25519") }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var shared = [UInt8](repeating: 0, count: keyBytes)
        var count = keyBytes
        guard unsafe EVP_PKEY_derive_init(context) == 1, unsafe EVP_PKEY_derive_set_peer(context, other) == 1,
            unsafe EVP_PKEY_derive(context, &shared, &count) == 1, count == keyBytes,
            shared.contains(where: { $0 != 0 })
        else {
            // The queue of OpenSSL's reasons is per thread; whoever looks next must not find ours.
            ERR_clear_error()
            throw .notAuthentic
        }
        return shared
    }
}
