internal import HTTPTypes
internal import Synchronization

/// What all callbacks of one server share.
final class Engine: Sendable {
    let limits: ServerLimits
    let securityHeaders: SecurityHeaders
    let handler: @Sendable (Request) async -> Response
    let metrics = ServerMetrics()
    let deadlines: Deadlines
    /// Body bytes that requests under way hold.
    let bodyBytes = Atomic<Int>(0)
    /// Once true every answer closes its connection.
    let isDraining = Atomic<Bool>(false)
    /// Once true no handler is started any more: MHD must not be stopped while a connection sleeps.
    let isEnding = Atomic<Bool>(false)

    init(
        limits: ServerLimits, securityHeaders: SecurityHeaders, handler: @escaping @Sendable (Request) async -> Response
    ) {
        self.limits = limits
        self.securityHeaders = securityHeaders
        self.handler = handler
        deadlines = Deadlines(metrics: metrics)
    }

    /// The checked request, still without its body, or why it is refused.
    func admit(
        _ exchange: Exchange, method: String, version: String, headers: [(String, String)], remoteAddress: String
    ) -> Result<(request: Request, bodyBytesMax: Int), Rejection> {
        do throws(Rejection) {
            let target = try Hygiene.check(
                target: exchange.target, version: version, headers: headers, headerBytesMax: limits.headerBytesMax)
            let request = Request(
                method: HTTPMethod(rawValue: method), path: target.path, rawPath: target.rawPath, query: target.query,
                headers: HTTPHeaders(headers), remoteAddress: remoteAddress, id: exchange.id)
            let bodyBytesMax = limits.bodyBytesMaxForPath?(target.rawPath) ?? limits.bodyBytesMax
            if let text = request.headers["content-length"], let length = Hygiene.contentLength(text),
                length > bodyBytesMax
            {
                throw .bodyTooLarge
            }
            return .success((request, bodyBytesMax))
        } catch {
            return .failure(error)
        }
    }
}
