internal import COpenSSL

/// SHA-256. Source: FIPS 180-4.
public enum SHA256 {
    /// The 32-byte digest.
    public static func digest(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        _ = unsafe COpenSSL.SHA256(message, message.count, &digest)
        return digest
    }
}
