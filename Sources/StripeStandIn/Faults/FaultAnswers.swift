import HTTPServer
import HTTPTypes

/// What a fault makes of an answer.
enum FaultAnswers {
    /// Stripe's 500.
    static let internalError = Refusal(
        status: 500, type: "api_error",
        message: "Sorry! Something went wrong on our end. Please contact us if the problem persists.")

    /// Faults that hit before anything is done: a response, or a refusal that is not stored.
    static func before(_ fault: Fault?) throws(Refusal) -> Response? {
        switch fault?.kind {
        case .reset:
            var response = Response(.internalServerError)
            response.ending = .reset
            return response
        case .rateLimited: throw rateLimited(reason: "global-rate")
        case .lockTimeout:
            throw Refusal(
                status: 429, code: "lock_timeout",
                message:
                    "This object cannot be accessed right now because another API request or Stripe process is "
                    + "currently "
                    + "accessing it. If you see this error intermittently, retry the request.", isStored: false)
        case .unavailable:
            throw Refusal(
                status: 503, type: "api_error", message: "Stripe is temporarily unavailable. Please try again later.",
                isStored: false)
        default: return nil
        }
    }

    /// Faults that hit the answer after the work was done.
    static func after(_ fault: Fault?, _ response: Response) -> Response {
        var response = response
        switch fault?.kind {
        case .lostAnswer: response.ending = .reset
        case .truncated: response.ending = .cut(afterBytes: response.body.count / 2)
        default: break
        }
        return response
    }

    /// Stripe's 429.
    static func rateLimited(reason: String) -> Refusal {
        Refusal(
            status: 429, code: "rate_limit",
            message:
                "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.",
            headers: [("Stripe-Rate-Limited-Reason", reason)], isStored: false)
    }
}
