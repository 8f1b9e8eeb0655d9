import HTTPServer
import HTTPTypes

/// An error as the caller sees it (RFC 9457, with the member names Stripe's users look for). Never holds what the
/// caller sent: a secret pasted into the wrong field must not come back, nor reach a log.
struct Problem: Error, Sendable {
    /// One wrong field.
    struct FieldIssue: Equatable, Sendable {
        /// Where, like `items[0].price`.
        var param: String
        /// Which word a program tests for.
        var code: ProblemCode
        /// What to do, for people.
        var detail: String
    }

    /// Which word a program tests for.
    var code: ProblemCode
    /// What is wrong here, and what to do.
    var detail: String
    /// The field, query name or header it is about.
    var param: String?
    /// Every wrong field.
    var errors: [FieldIssue] = []
    /// The command that ended badly.
    var command: String?
    /// What Stripe said.
    var stripe: JSON?
    /// Seconds after which asking again is worth while.
    var retryAfter: Int?
    /// Headers of its own, like `Allow`.
    var headers: [(String, String)] = []

    /// States the problem.
    init(_ code: ProblemCode, _ detail: String, param: String? = nil) {
        self.code = code
        self.detail = detail
        self.param = param
    }

    /// Several wrong fields at once; one alone is told with its own code.
    init(issues: [FieldIssue]) {
        if issues.count == 1 {
            self.init(issues[0].code, issues[0].detail, param: issues[0].param)
        } else {
            // What does not fit the contract comes first; what fits and cannot be done is another status.
            let isForm = issues.contains { $0.code.status == .badRequest }
            self.init(
                isForm ? .invalidFields : .invalidCombination, "\(issues.count) fields are wrong; errors lists them.")
        }
        errors = issues
    }

    /// Whether it may have been found before the caller's key was shown to the database.
    var isAboutContents: Bool {
        switch code.status {
        case .unauthorized, .forbidden, .serviceUnavailable, .internalServerError: false
        default: true
        }
    }

    /// The one answer for whatever is not there for this caller: unknown, another tenant's, misspelt (S14).
    ///
    /// - Parameter param: the field or query name that asked for it; nothing where the path did.
    static func notFound(_ noun: String, param: String? = nil) -> Problem {
        let detail = "There is no such \(noun.replacing("_", with: " "))."
        guard let param else { return Problem(.notFound, detail) }
        return Problem(issues: [.init(param: param, code: .notFound, detail: detail)])
    }

    /// The answer. `base` is where the codes are explained.
    func response(requestID: String, base: String) -> Response {
        var body: JSONObject = [
            "type": .string("\(base)/problems/\(code.rawValue)"), "title": .string(code.title),
            "status": .integer(Int64(code.status.rawValue)), "detail": .string(detail), "code": .string(code.rawValue),
            "param": .text(param), "request_id": .string(requestID),
        ]
        if !errors.isEmpty {
            body["errors"] = .array(
                errors.map {
                    ["param": .string($0.param), "code": .string($0.code.rawValue), "detail": .string($0.detail)]
                })
        }
        if let command { body["command"] = .string(command) }
        if let stripe { body["stripe"] = stripe }
        var response = Response(code.status, body: JSON.object(body).serialize())
        response.headers["Content-Type"] = "application/problem+json"
        for (name, value) in headers { response.headers[name] = value }
        if let retryAfter { response.headers["Retry-After"] = String(retryAfter) }
        return response
    }
}
