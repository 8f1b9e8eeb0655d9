import HTTPTypes

/// A call Stripe answers with an error: status, the fields of its error body and extra headers.
struct Refusal: Error, Sendable {
    /// HTTP status of the answer.
    var status: Int
    /// `invalid_request_error`, `card_error`, `idempotency_error` or `api_error`.
    var type = "invalid_request_error"
    /// Stripe's code, where it has one.
    var code: String?
    /// The sentence for the developer.
    var message: String
    /// The parameter in question, in bracket notation.
    var param: String?
    /// The card issuer's reason.
    var declineCode: String?
    /// Further fields of the error body, `payment_intent` for instance.
    var extra: JSONObject = [:]
    /// Headers this error carries.
    var headers: [(String, String)] = []
    /// Whether the answer is kept for the idempotency key: nothing is stored for what was refused before it began.
    var isStored = true

    /// Stripe's error body.
    var body: JSON {
        var error: JSONObject = [:]
        if let code {
            error["code"] = .string(code)
            error["doc_url"] = .string(
                "https://stripe.com/docs/error-codes/" + code.split(separator: "_").joined(separator: "-"))
        }
        if let declineCode { error["decline_code"] = .string(declineCode) }
        error["message"] = .string(message)
        if let param { error["param"] = .string(param) }
        for (name, value) in extra { error[name] = value }
        error["type"] = .string(type)
        return .object(["error": .object(error)])
    }
}

extension Refusal {
    /// A request that can never succeed as it is: status 400.
    static func invalid(_ message: String, param: String? = nil, code: String? = nil) -> Refusal {
        Refusal(status: 400, code: code, message: message, param: param)
    }

    /// A required parameter is absent.
    static func missing(_ param: String) -> Refusal {
        invalid("Missing required param: \(param).", param: param, code: "parameter_missing")
    }

    /// Two parameters that exclude each other.
    static func exclusive(_ first: String, _ second: String) -> Refusal {
        invalid(
            "You may only specify one of these parameters: \(first), \(second).", param: first,
            code: "parameters_exclusive")
    }

    /// An id in the path that names nothing here: status 404.
    static func noSuch(_ noun: String, _ id: String, param: String = "id") -> Refusal {
        Refusal(
            status: param == "id" ? 404 : 400, code: "resource_missing", message: "No such \(noun): '\(id)'",
            param: param)
    }

    /// Something real Stripe does and this stand-in does not: said aloud instead of done wrongly.
    static func unsupported(_ what: String, param: String? = nil) -> Refusal {
        Refusal(status: 501, type: "api_error", message: "stripe-stand-in does not do this: \(what)", param: param)
    }

    /// A path Stripe does not have, or the stand-in does not serve.
    static func unknownPath(_ method: String, _ path: String) -> Refusal {
        Refusal(
            status: 404,
            message:
                "Unrecognized request URL (\(method): \(path)). Please see https://stripe.com/docs or we can help at "
                + "https://support.stripe.com/.", isStored: false)
    }
}
