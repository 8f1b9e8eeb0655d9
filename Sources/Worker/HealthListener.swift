internal import Daemon
internal import HTTPServer
internal import HTTPTypes
internal import Postgres

/// Tells an orchestrator whether the process lives and can work, and Prometheus what it does. Holds no tenant's data.
struct HealthListener: Sendable {
    private let database: Database

    init(_ database: Database) { self.database = database }

    func start(address: String, port: UInt16) throws -> Server {
        var limits = ServerLimits()
        limits.bodyBytesMax = 0
        limits.connectionsMax = 64
        limits.threads = 1
        return try Server.start(address: address, port: port, limits: limits) { request in await answer(request) }
    }

    func answer(_ request: Request) async -> Response {
        guard request.method == .get || request.method == .head else {
            return .problem(.methodNotAllowed, detail: "Only GET is answered here.")
        }
        switch request.path {
        case "/healthz/live": return .text(.ok, "ok\n")
        case "/healthz/ready":
            do {
                try await database.ping()
                return .text(.ok, "ok\n")
            } catch {
                return .problem(.serviceUnavailable, detail: "The database does not answer.")
            }
        case "/metrics":
            var metrics = Response.text(.ok, Metrics.render())
            metrics.headers["Content-Type"] = "text/plain; version=0.0.4; charset=utf-8"
            return metrics
        default: return .problem(.notFound, detail: "There is /healthz/live, /healthz/ready and /metrics.")
        }
    }
}
