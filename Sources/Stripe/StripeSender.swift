public import Daemon
public import HTTPClient
import HTTPTypes

/// Sends frozen requests to Stripe. It knows no tenant: key and account come with each request.
public struct StripeSender: Sendable {
    private let transport: Transport
    private let base: String

    /// `base` is `https://api.stripe.com`, or where a stand-in listens.
    public init(transport: Transport, base: String) {
        self.transport = transport
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
    }

    /// Sends and decodes in one go.
    ///
    /// - Parameter idempotencyKey: required for writes; at most 255 characters.
    /// - Throws: `StripeFailure`, already sorted by what to do next.
    public func send<Answer>(
        _ request: StripeRequest, answering call: StripeCall<Answer>.Type, key: Secret, idempotencyKey: String?
    ) async throws(StripeFailure) -> (answer: Answer, raw: StripeAnswer) {
        let raw = try await exchange(request, key: key, idempotencyKey: idempotencyKey)
        return (try StripeJudgement.judge(raw, as: Answer.self), raw)
    }

    /// Sends and gives back whatever HTTP said; only the absence of an answer is an error here.
    public func exchange(
        _ request: StripeRequest, key: Secret, idempotencyKey: String?
    ) async throws(StripeFailure) -> StripeAnswer {
        do {
            let response = try await transport.send(outgoing(request, key: key, idempotencyKey: idempotencyKey))
            return StripeAnswer(status: response.status, headers: response.headers, body: response.body)
        } catch {
            switch error {
            case .notSent(let reason): throw .notSent(reason: reason)
            case .unknownOutcome(let reason): throw .unknown(reason: reason, status: nil, requestID: nil)
            case .tooLarge: throw .unknown(reason: "answer too large", status: nil, requestID: nil)
            case .canceled: throw .unknown(reason: "canceled", status: nil, requestID: nil)
            }
        }
    }

    /// Reads a stored or fresh answer as what the call promises.
    public func judge<Answer: Decodable & Sendable>(
        _ answer: StripeAnswer, as call: StripeCall<Answer>.Type
    ) throws(StripeFailure) -> Answer {
        try StripeJudgement.judge(answer, as: Answer.self)
    }

    private func outgoing(_ request: StripeRequest, key: Secret, idempotencyKey: String?) -> OutgoingRequest {
        var headers = [("Stripe-Version", request.version)]
        if let account = request.account { headers.append(("Stripe-Account", account)) }
        if let idempotencyKey { headers.append(("Idempotency-Key", idempotencyKey)) }
        if request.method == "POST" {
            let isJSON = request.target.hasPrefix("/v2/")
            headers.append(("Content-Type", isJSON ? "application/json" : "application/x-www-form-urlencoded"))
        }
        return OutgoingRequest(
            method: HTTPMethod(rawValue: request.method), url: base + request.target, headers: headers,
            secretHeaders: [("Authorization", "Bearer ", key)], body: Array(request.body.utf8))
    }
}
