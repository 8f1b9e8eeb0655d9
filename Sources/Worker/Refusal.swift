internal import HTTPTypes
internal import Jobs
public import Stripe

/// Why a wish was refused, in the words the tenant sees: the problem of a failed command and of the row it is about.
public struct Refusal: Sendable, Equatable {
    /// A stable word, ours or Stripe's.
    public let code: String
    /// One sentence.
    public let detail: String
    /// The parameter that was refused, where it is known.
    public private(set) var param: String?
    /// Stripe's own refusal behind it.
    public let stripe: StripeError?
    /// Fields that are missing, for who asks again.
    public let needs: [String]

    /// A refusal of ours.
    public init(_ code: String, _ detail: String, param: String? = nil, needs: [String] = []) {
        self.code = code
        self.detail = detail
        self.param = param
        self.needs = needs
        stripe = nil
    }

    /// A refusal of Stripe's, under its own code or ours.
    ///
    /// - Parameter param: our field that it is about, where Stripe's own name would say nothing to the caller.
    public init(_ error: StripeError, code: String? = nil, detail: String? = nil, param: String? = nil) {
        self.code = code ?? error.code ?? (error.isPaymentFailure ? "payment_failed" : "stripe_refused")
        self.detail = detail ?? error.message
        self.param = param ?? error.param
        needs = []
        stripe = error
    }

    /// The same about a field of ours.
    public func about(_ field: String) -> Refusal {
        var refusal = self
        refusal.param = field
        return refusal
    }

    /// The problem as JSON text: `code`, `detail`, and where Stripe spoke its own words beside them.
    public var json: String {
        var problem: JSONObject = ["code": .string(code), "detail": .string(detail)]
        if let param { problem["param"] = .string(param) }
        if !needs.isEmpty { problem["needs"] = .array(needs.map(JSON.string)) }
        if let stripe {
            problem["type"] = .string(stripe.type)
            problem["status"] = .integer(Int64(stripe.status))
            problem["stripe_code"] = stripe.code.map(JSON.string)
            problem["decline_code"] = stripe.declineCode.map(JSON.string)
            problem["message"] = .string(stripe.message)
            problem["request_id"] = stripe.requestID.map(JSON.string)
        }
        return JSON.object(problem).text
    }
}
