/// How a request ended. Source: RFC 9110, section 15.
public struct HTTPStatus: RawRepresentable, Hashable, Sendable {
    /// Three digits.
    public let rawValue: Int

    /// Any three digits; clients treat unknown ones by their class.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// 200
    public static let ok = HTTPStatus(rawValue: 200)
    /// 201
    public static let created = HTTPStatus(rawValue: 201)
    /// 202: accepted, not done yet.
    public static let accepted = HTTPStatus(rawValue: 202)
    /// 204
    public static let noContent = HTTPStatus(rawValue: 204)
    /// 302
    public static let found = HTTPStatus(rawValue: 302)
    /// 303: the answer is elsewhere, to be read with GET.
    public static let seeOther = HTTPStatus(rawValue: 303)
    /// 304
    public static let notModified = HTTPStatus(rawValue: 304)
    /// 400: the request's shape.
    public static let badRequest = HTTPStatus(rawValue: 400)
    /// 401: who is asking?
    public static let unauthorized = HTTPStatus(rawValue: 401)
    /// 402: a payment did not work.
    public static let paymentRequired = HTTPStatus(rawValue: 402)
    /// 403: known, but not allowed.
    public static let forbidden = HTTPStatus(rawValue: 403)
    /// 404
    public static let notFound = HTTPStatus(rawValue: 404)
    /// 405: with `Allow`.
    public static let methodNotAllowed = HTTPStatus(rawValue: 405)
    /// 408: the request took too long to arrive.
    public static let requestTimeout = HTTPStatus(rawValue: 408)
    /// 409: the state of things forbids it.
    public static let conflict = HTTPStatus(rawValue: 409)
    /// 410
    public static let gone = HTTPStatus(rawValue: 410)
    /// 412: `If-Match` does not.
    public static let preconditionFailed = HTTPStatus(rawValue: 412)
    /// 413: the body is too long.
    public static let contentTooLarge = HTTPStatus(rawValue: 413)
    /// 415: the body is of the wrong kind.
    public static let unsupportedMediaType = HTTPStatus(rawValue: 415)
    /// 422: well formed, but it makes no sense.
    public static let unprocessableContent = HTTPStatus(rawValue: 422)
    /// 429: with `Retry-After`.
    public static let tooManyRequests = HTTPStatus(rawValue: 429)
    /// 431
    public static let requestHeaderFieldsTooLarge = HTTPStatus(rawValue: 431)
    /// 500: our fault.
    public static let internalServerError = HTTPStatus(rawValue: 500)
    /// 501: no such method anywhere.
    public static let notImplemented = HTTPStatus(rawValue: 501)
    /// 503: with `Retry-After`.
    public static let serviceUnavailable = HTTPStatus(rawValue: 503)

    /// Whether the request did what it asked for, or was taken on.
    public var isSuccess: Bool { (200..<300).contains(rawValue) }

    /// The reason phrase, which machines ignore.
    public var reason: String { Self.reasons[rawValue] ?? "Status \(rawValue)" }

    private static let reasons: [Int: String] = [
        200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 302: "Found", 303: "See Other",
        304: "Not Modified", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden",
        404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
        412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type",
        422: "Unprocessable Content", 429: "Too Many Requests", 431: "Request Header Fields Too Large",
        500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    ]
}
