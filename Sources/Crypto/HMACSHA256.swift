internal import COpenSSL
public import Daemon

/// HMAC with SHA-256. Source: RFC 2104.
public enum HMACSHA256 {
    /// The 32-byte code.
    public static func authenticate(_ message: [UInt8], key: Secret) -> [UInt8] {
        key.revealBytes { key in
            var code = [UInt8](repeating: 0, count: 32)
            var length: UInt32 = 32
            // A code of zeros that nobody computed would be a forgery waiting to happen.
            guard unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, &length) != nil else {
                preconditionFailure("OpenSSL cannot compute an HMAC with SHA-256")
            }
            return code
        }
    }
}
