public import Daemon
public import HTTPTypes

/// What Stripe said, before it is judged: status, the headers worth keeping, and the body.
public struct StripeAnswer: Sendable {
    /// HTTP status.
    public let status: Int
    /// The raw body; at most the transport's limit.
    public let body: [UInt8]
    /// `Request-Id`, for support and for operators; a `lock_timeout` has none.
    public let requestID: String?
    /// `Idempotent-Replayed: true`: the first answer for this key was given again.
    public let isReplay: Bool
    /// `Stripe-Should-Retry`, which overrides every table of ours.
    public let shouldRetry: Bool?
    /// `Retry-After`; not documented, honoured when present.
    public let retryAfter: Duration?
    /// `Stripe-Rate-Limited-Reason`, such as `global-rate`.
    public let rateLimitReason: String?

    /// When Stripe answered, by its own clock: what our clock's drift is measured with.
    public let date: Timestamp?

    /// Picks what we keep out of an HTTP answer.
    public init(status: Int, headers: HTTPHeaders, body: [UInt8]) {
        self.status = status
        self.body = body
        requestID = headers["Request-Id"]
        isReplay = headers["Idempotent-Replayed"] == "true"
        shouldRetry = headers["Stripe-Should-Retry"].flatMap { ["true": true, "false": false][$0] }
        retryAfter = headers["Retry-After"].flatMap { Int64($0) }.map { .seconds(min(max($0, 0), 3600)) }
        date = headers["Date"].flatMap(Timestamp.init(httpDate:))
        rateLimitReason = headers["Stripe-Rate-Limited-Reason"]
    }
}
