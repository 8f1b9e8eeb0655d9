internal import HTTPTypes
internal import Jobs
public import Stripe

/// Why a wish was refused, in the words the tenant sees: the problem of a failed command and of the row it is about.
public struct Refusal: Sendable, Equatable {
    /// A stable word, ours or Stripe's.
    public let code: String
    /// One sentence.
    public let detail: String
    /// The parameter that was refused, where Stripe names one.
    public let param: String?
    /// Stripe's own refusal behind it.
    public let stripe: StripeError?

    /// A refusal of ours.
    public init(_ code: String, _ detail: String) {
        self.code = code
        self.detail = detail
        param = nil
        stripe = nil
    }

    /// A refusal of Stripe's, under its own code or ours.
    public init(_ error: StripeError, code: String? = nil, detail: String? = nil) {
        self.code = code ?? error.code ?? (error.isPaymentFailure ? "payment_failed" : "stripe_refused")
        self.detail = detail ?? error.message
        param = error.param
        stripe = error
    }

    /// The problem as JSON text: `code`, `detail`, and where Stripe spoke `param`, `request_id`, `stripe`.
    public var json: String {
        var problem: JSONObject = ["code": .string(code), "detail": .string(detail)]
        if let param { problem["param"] = .string(param) }
        if let stripe {
            if let requestID = stripe.requestID { problem["request_id"] = .string(requestID) }
            var words: JSONObject = ["type": .string(stripe.type), "status": .integer(Int64(stripe.status))]
            if let code = stripe.code { words["code"] = .string(code) }
            if let declineCode = stripe.declineCode { words["decline_code"] = .string(declineCode) }
            words["message"] = .string(stripe.message)
            if let requestID = stripe.requestID { words["request_id"] = .string(requestID) }
            problem["stripe"] = .object(words)
        }
        return JSON.object(problem).text
    }
}
