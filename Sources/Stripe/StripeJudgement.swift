import FoundationEssentials
import HTTPTypes

/// The one table from an HTTP answer to a value or a failure.
///
/// Source: https://docs.stripe.com/error-low-level and the official SDKs: `Stripe-Should-Retry` first, then status.
enum StripeJudgement {
    /// Decodes an agreement, or sorts a refusal.
    static func judge<Answer: Decodable>(_ answer: StripeAnswer, as: Answer.Type) throws(StripeFailure) -> Answer {
        guard (200..<300).contains(answer.status) else { throw failure(of: answer) }
        do {
            return try decoder().decode(Answer.self, from: Data(answer.body))
        } catch {
            // The call took effect but we cannot read the answer: resending under the same key reads it again.
            throw .unknown(
                reason: "unreadable answer: \(shape(of: error))", status: answer.status, requestID: answer.requestID)
        }
    }

    /// Sorts an answer whose status is not 2xx.
    static func failure(of answer: StripeAnswer) -> StripeFailure {
        let error = refusal(in: answer)
        if answer.status == 429 {
            let reason = answer.rateLimitReason ?? error.code ?? "rate_limit"
            return .rateLimited(after: answer.retryAfter, reason: reason, requestID: answer.requestID)
        }
        if answer.status >= 500 { return serverFailure(answer, error) }
        if answer.status == 409 || answer.status == 424 || answer.shouldRetry == true {
            return .unknown(reason: error.code ?? "conflict", status: answer.status, requestID: answer.requestID)
        }
        if answer.status == 401 || answer.status == 403 { return .credentials(error) }
        if (300..<400).contains(answer.status) {
            return .unknown(reason: "redirected", status: answer.status, requestID: answer.requestID)
        }
        return .refused(error)
    }

    /// A 500 may be the stored answer of this key; a replayed one certainly is.
    private static func serverFailure(_ answer: StripeAnswer, _ error: StripeError) -> StripeFailure {
        if answer.isReplay || answer.shouldRetry == false { return .storedFailure(error) }
        return .unknown(reason: error.code ?? error.type, status: answer.status, requestID: answer.requestID)
    }

    private static func refusal(in answer: StripeAnswer) -> StripeError {
        let body = try? decoder().decode(ErrorEnvelope.self, from: Data(answer.body))
        return StripeError(
            status: answer.status, type: body?.error.type ?? "api_error", code: body?.error.code,
            param: body?.error.param,
            message: body?.error.message ?? "Stripe answered \(answer.status) without an explanation",
            declineCode: body?.error.declineCode, requestID: answer.requestID)
    }

    private static func decoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return decoder
    }

    /// Where decoding stopped, without any of the values.
    private static func shape(of error: any Error) -> String {
        guard let error = error as? DecodingError else { return "not JSON" }
        let path: [any CodingKey]
        switch error {
        case .keyNotFound(let key, let context): path = context.codingPath + [key]
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
        @unknown default: path = []
        }
        return path.map(\.stringValue).joined(separator: ".")
    }
}

/// `{"error": {…}}`
private struct ErrorEnvelope: Decodable {
    struct Body: Decodable {
        let type: String?
        let code: String?
        let param: String?
        let message: String?
        let declineCode: String?
    }
    let error: Body
}
