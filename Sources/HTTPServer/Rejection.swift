internal import HTTPTypes

/// A request refused before any handler saw it. The connection is closed after the answer, because where the next
/// request begins is no longer certain.
struct Rejection: Error, Equatable {
    /// The status to answer with.
    let status: HTTPStatus
    /// The word a program tests for, beside the status.
    var code = "malformed_request"
    /// A short fixed word, the label of `tollgate_http_rejected_total`.
    let reason: String
    /// What the caller reads.
    let detail: String

    static func malformed(_ reason: String, _ detail: String) -> Rejection {
        Rejection(status: .badRequest, reason: reason, detail: detail)
    }

    static let headersTooLarge = Rejection(
        status: .requestHeaderFieldsTooLarge, code: "headers_too_large", reason: "headers_too_large",
        detail: "The request's headers are too large.")
    static let stopping = Rejection(
        status: .serviceUnavailable, code: "unavailable", reason: "stopping",
        detail: "The server is stopping; ask again.")
    static let bodiesTooLarge = Rejection(
        status: .serviceUnavailable, code: "unavailable", reason: "bodies_too_large",
        detail: "Too many requests are being read at the moment; ask again.")
    static let bodyTooLarge = Rejection(
        status: .contentTooLarge, code: "body_too_large", reason: "body_too_large",
        detail: "The request's body is too large.")
}
