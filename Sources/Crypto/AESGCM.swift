internal import COpenSSL
internal import Daemon

/// AES in Galois/counter mode: secrecy and authenticity under one key. Source: NIST SP 800-38D.
struct AESGCM {
    /// A nonce is this long; one nonce is never used twice with a key.
    static let nonceBytes = 12
    /// The proof at the end of every ciphertext is this long.
    static let tagBytes = 16

    /// How long the key is, in bytes.
    let keyBytes: Int

    /// What we seal with.
    static let aes256 = AESGCM(keyBytes: 32)
    /// Only for the test vectors of RFC 9180, appendix A.1.
    static let aes128 = AESGCM(keyBytes: 16)

    /// Ciphertext and tag.
    func seal(_ plain: [UInt8], key: [UInt8], nonce: [UInt8], binding: [UInt8]) throws(CryptoError) -> [UInt8] {
        try checkSizes(key, nonce)
        let context = unsafe try Self.newContext()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        var sealed = [UInt8](repeating: 0, count: plain.count + Self.tagBytes)
        var count: Int32 = 0
        guard unsafe EVP_EncryptInit_ex2(context, cipher, key, nonce, nil) == 1,
            unsafe EVP_EncryptUpdate(context, nil, &count, binding, Int32(binding.count)) == 1,
            unsafe EVP_EncryptUpdate(context, &sealed, &count, plain, Int32(plain.count)) == 1, count == plain.count
        else { throw .failed("AES-GCM") }
        let isFinished = unsafe sealed.withUnsafeMutableBytes { bytes in
            let tag = unsafe bytes.baseAddress! + plain.count
            let unused = unsafe tag.assumingMemoryBound(to: UInt8.self)
            guard unsafe EVP_EncryptFinal_ex(context, unused, &count) == 1 else { return false }
            return unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagBytes), tag) == 1
        }
        guard isFinished else { throw .failed("AES-GCM") }
        return sealed
    }

    /// The plain bytes, or `notAuthentic` with nothing of them left in memory.
    func open(_ sealed: [UInt8], key: [UInt8], nonce: [UInt8], binding: [UInt8]) throws(CryptoError) -> [UInt8] {
        try checkSizes(key, nonce)
        guard sealed.count >= Self.tagBytes else { throw .notAuthentic }
        let context = unsafe try Self.newContext()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let size = sealed.count - Self.tagBytes
        var tag = Array(sealed[size...])
        // Never empty: an empty array's pointer would tell OpenSSL that the bytes are to be authenticated, not
        // decrypted.
        var plain = [UInt8](repeating: 0, count: size + 1)
        defer { plain.wipe() }
        var count: Int32 = 0
        var rest: Int32 = 0
        var unused = [UInt8](repeating: 0, count: Self.tagBytes)
        guard unsafe EVP_DecryptInit_ex2(context, cipher, key, nonce, nil) == 1,
            unsafe EVP_DecryptUpdate(context, nil, &count, binding, Int32(binding.count)) == 1,
            unsafe EVP_DecryptUpdate(context, &plain, &count, sealed, Int32(size)) == 1,
            unsafe EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1,
            unsafe EVP_DecryptFinal_ex(context, &unused, &rest) == 1, count == size
        else {
            ERR_clear_error()
            throw .notAuthentic
        }
        return Array(plain[..<size])
    }

    private func checkSizes(_ key: [UInt8], _ nonce: [UInt8]) throws(CryptoError) {
        guard key.count == keyBytes, nonce.count == Self.nonceBytes else { throw .failed("AES-GCM key size") }
    }

    private var cipher: OpaquePointer? {
        keyBytes == 32 ? unsafe Self.fetched256 : unsafe Self.fetched128
    }

    // Fetched once: every init would otherwise search OpenSSL's providers. Never freed, and immutable.
    nonisolated(unsafe) private static let fetched256 = unsafe EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)
    nonisolated(unsafe) private static let fetched128 = unsafe EVP_CIPHER_fetch(nil, "AES-128-GCM", nil)

    private static func newContext() throws(CryptoError) -> OpaquePointer {
        guard let context = unsafe EVP_CIPHER_CTX_new() else { throw .failed("AES-GCM") }
        return unsafe context
    }
}
