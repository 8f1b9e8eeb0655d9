internal import COpenSSL

/// Bytes nobody can guess.
public enum RandomBytes {
    /// From OpenSSL's generator for private values. Throws when it has no entropy; there is no fallback.
    public static func make(_ count: Int) throws(CryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        guard unsafe RAND_priv_bytes(&bytes, Int32(count)) == 1 else { throw .failed("no randomness") }
        return bytes
    }
}
