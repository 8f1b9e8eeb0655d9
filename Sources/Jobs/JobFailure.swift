/// Why an attempt came to nothing, as kept in the command's history.
public struct JobFailure: Error, Sendable, Equatable {
    /// Stripe's HTTP status, where there was an answer. 401 and 403 stop the tenant's lanes, 429 the whole account.
    public var status: Int?
    /// Stripe's code, or a word of ours.
    public var code: String?
    /// Stripe's request id.
    public var requestID: String?
    /// One sentence for operators; never a secret.
    public var message: String
    /// How long Stripe asked us to wait.
    public var retryAfter: Duration?

    /// States what happened.
    public init(
        status: Int? = nil, code: String? = nil, requestID: String? = nil, message: String, retryAfter: Duration? = nil
    ) {
        self.status = status
        self.code = code
        self.requestID = requestID
        self.message = message
        self.retryAfter = retryAfter
    }
}
