/// What is kept under an idempotency key.
struct StoredAnswer: Sendable {
    /// Method, path and parameters of the first call, as one string.
    let fingerprint: String
    /// Path of the first call, for the message when another endpoint is meant.
    let path: String
    /// When the first call came, seconds of the stand-in's clock; pruned a day later.
    let moment: Int64
    /// Request id of the first call.
    let request: String
    /// Status and body; nil while the first call is still being worked on.
    var answer: Kept?

    /// A finished answer.
    struct Kept: Sendable {
        /// HTTP status.
        let status: Int
        /// The body, byte for byte.
        let body: [UInt8]
    }
}
