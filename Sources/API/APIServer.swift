import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Postgres

/// A request in, an answer out: match, act, and tell every error by one table. Tests call it without a socket.
struct APIServer: Sendable {
    private let gateway: Gateway
    private let router = Routes.router()

    /// Serves with what the handlers need.
    init(_ gateway: Gateway) { self.gateway = gateway }

    /// Answers a request; no error escapes.
    func respond(to request: Request) async -> Response {
        let match = router.match(request)
        var rate: RequestRates.Reading?
        var answer: Response
        do {
            let call = try call(for: match, request)
            rate = call.asker.flatMap { gateway.rates?.count($0.mac, at: gateway.clock.now()) }
            if let rate, rate.isOver {
                var problem = Problem(.rateLimited, "A key may send \(rate.limit) requests a minute.")
                problem.retryAfter = rate.reset
                throw problem
            }
            answer = try await act(call)
        } catch {
            answer = Problem(error).response(requestID: request.id, base: gateway.publicURL)
        }
        if case .found(_, _, let pattern) = match { answer.route = pattern }
        answer.describe(rate, isResource: request.method == .get || request.method == .patch)
        return answer
    }

    private func call(for match: Router<Route>.Match, _ request: Request) throws -> Call {
        switch match {
        case .found(let route, let parameters, _):
            let asker = try route.scope.map { try Caller(request, scope: $0, pepper: gateway.pepper) }
            return Call(request: request, parameters: parameters, route: route, gateway: gateway, asker: asker)
        case .notFound:
            throw Problem(.notFound, "There is nothing at this address. /openapi.yaml lists what there is.")
        case .methodNotAllowed(let methods):
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            var problem = Problem(.methodNotAllowed, "This address knows \(allowed).")
            problem.headers = [("Allow", allowed)]
            throw problem
        }
    }

    /// Whoever may not do this is told so, whatever else is wrong with the request: a key's form is looked at before
    /// anything is read, and a request that was refused for its contents must still have been allowed to ask.
    private func act(_ call: Call) async throws -> Response {
        guard call.route.scope != nil else { return try await call.route.act(call) }
        do {
            try APIVersion.check(call.request)
            let call = try await call.resolvingReferences()
            try await requireFresh(call)
            return try await call.route.act(call)
        } catch let problem as Problem where problem.isAboutContents {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw problem
        } catch let error as JSONError {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw error
        }
    }

    /// `If-Match` on a PATCH: the resource is read as its GET shows it. Handlers that lock the row compare once more in
    /// their transaction (`requireMatch`); this refuses for all the others.
    private func requireFresh(_ call: Call) async throws {
        guard call.request.method == .patch, let wanted = call.request.headers["If-Match"],
            case .found(let route, let parameters, _) = router.match(.get, rawPath: call.request.rawPath)
        else { return }
        var reading = call
        reading.request.method = .get
        reading.request.query = HTTPQuery("") ?? call.request.query
        reading.parameters.merge(parameters) { resolved, _ in resolved }
        let current = try await route.act(reading)
        try Call.require(wanted, of: EntityTag.of(current.body))
    }
}

/// The API's version: a date. There is one so far; keys are pinned to the one they were made under.
enum APIVersion {
    /// The newest, and the only one.
    static let current = "2026-11-21"

    /// Refuses a version nobody knows.
    static func check(_ request: Request) throws {
        guard let wanted = request.headers["Tollgate-Version"], wanted != current else { return }
        throw Problem(.versionUnknown, "The versions are: \(current).", param: "Tollgate-Version")
    }
}

extension Response {
    /// What every answer says of itself: the version, what is left of the caller's requests, and for one resource the
    /// tag of this reading.
    fileprivate mutating func describe(_ rate: RequestRates.Reading?, isResource: Bool) {
        headers["Tollgate-Version"] = APIVersion.current
        if let rate {
            headers["RateLimit-Limit"] = String(rate.limit)
            headers["RateLimit-Remaining"] = String(rate.remaining)
            headers["RateLimit-Reset"] = String(rate.reset)
        }
        if isResource, status == .ok, headers["Content-Type"] == "application/json" {
            headers["ETag"] = EntityTag.of(body)
        }
    }
}
