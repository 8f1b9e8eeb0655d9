public import HTTPTypes

/// What a handler answers. `Content-Length`, `Date`, `Connection`, `Request-Id` and the security headers are added on
/// the way out.
public struct Response: Sendable {
    /// The status line's number.
    public var status: HTTPStatus
    /// Headers of the handler's own; one set here wins over the server's default of the same name.
    public var headers: HTTPHeaders
    /// The whole body.
    public var body: [UInt8]
    /// How the answer ends on the wire: whole, but for stand-ins that practise faults.
    public var ending = Ending.whole
    /// The pattern of the route that answered, a label of the metrics; never sent. nil counts as "unmatched".
    public var route: String?

    /// How an answer ends on the wire.
    public enum Ending: Hashable, Sendable {
        /// As it should.
        case whole
        /// The connection closes after so many bytes of the body, though the length promises all of it.
        case cut(afterBytes: Int)
        /// The connection closes without an answer.
        case reset
    }

    /// A response from its parts.
    public init(_ status: HTTPStatus, headers: HTTPHeaders = HTTPHeaders([]), body: [UInt8] = [], route: String? = nil)
    {
        self.status = status
        self.headers = headers
        self.body = body
        self.route = route
    }

    /// JSON, `application/json`.
    public static func json(_ status: HTTPStatus, _ json: JSON) -> Response {
        typed(status, "application/json", json.serialize())
    }

    /// Plain text, UTF-8.
    public static func text(_ status: HTTPStatus, _ text: String) -> Response {
        typed(status, "text/plain; charset=utf-8", Array(text.utf8))
    }

    /// A page; the caller has escaped what is not its own.
    public static func html(_ status: HTTPStatus, _ html: String) -> Response {
        typed(status, "text/html; charset=utf-8", Array(html.utf8))
    }

    /// A bare RFC 9457 problem without a type of its own: what the server itself answers before any handler runs.
    public static func problem(_ status: HTTPStatus, detail: String) -> Response {
        problem(status, detail: detail, and: [:])
    }

    /// The same with the word a program tests for, and the name of the request, where it came so far.
    static func problem(_ rejection: Rejection, requestID: String) -> Response {
        problem(
            rejection.status, detail: rejection.detail,
            and: ["code": .string(rejection.code), "param": .null, "request_id": .string(requestID)])
    }

    private static func problem(_ status: HTTPStatus, detail: String, and more: JSONObject) -> Response {
        var problem: JSONObject = [
            "type": "about:blank", "title": .string(status.reason), "status": .integer(Int64(status.rawValue)),
            "detail": .string(detail),
        ]
        for member in more { problem[member.key] = member.value }
        var response = typed(status, "application/problem+json", JSON.object(problem).serialize())
        if status == .serviceUnavailable { response.headers["Retry-After"] = "1" }
        return response
    }

    private static func typed(_ status: HTTPStatus, _ contentType: String, _ body: [UInt8]) -> Response {
        Response(status, headers: HTTPHeaders([("Content-Type", contentType)]), body: body)
    }
}
