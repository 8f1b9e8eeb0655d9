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
        var hasTag = request.method == .get
        var rate: RequestRates.Reading?
        var answer: Response
        do {
            let call = try call(for: match, request)
            if call.resource != nil, request.method != .delete { hasTag = true }
            rate = call.asker.flatMap { gateway.rates?.count($0.mac, at: gateway.clock.now()) }
            if let rate, rate.isOver {
                var problem = Problem(.rateLimited, "A key may send \(rate.limit) requests a minute.")
                problem.retryAfter = rate.reset
                throw problem
            }
            answer = try await act(call)
        } catch {
            var problem = Problem(error)
            if problem.code == .scopeMissing, case .found(let route, _, _) = match, let scope = route.scope {
                problem.detail = "The API key lacks the scope \(scope)."
            }
            answer = problem.response(requestID: request.id, base: gateway.publicURL)
        }
        if case .found(_, _, let pattern) = match { answer.route = pattern }
        answer.describe(rate, hasTag: hasTag)
        return answer
    }

    private func call(for match: Router<Route>.Match, _ request: Request) throws -> Call {
        switch match {
        case .found(let route, let parameters, _):
            let asker = try route.asksForKey ? Caller(request, scope: route.scope, pepper: gateway.pepper) : nil
            return Call(
                request: request, parameters: parameters, route: route, gateway: gateway, asker: asker,
                resource: resource(changedBy: route, request))
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
        guard call.route.asksForKey else { return try await call.route.act(call) }
        do {
            try APIVersion.check(call.request)
            try refuseOtherMediaTypes(call.request)
            try refuseWhatIsNotHeard(call)
            let call = try await call.resolvingReferences()
            return try await call.route.act(call)
        } catch let problem as Problem where problem.isAboutContents {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw problem
        } catch let error as JSONError {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw error
        }
    }

    /// Bodies are JSON. What is labelled as anything else is refused unread, even when it looks like JSON: a form whose
    /// first byte happens to fit would be taken for something it is not. Without a label it is taken for JSON.
    private func refuseOtherMediaTypes(_ request: Request) throws {
        guard request.method != .get, !request.body.isEmpty else { return }
        let types = request.headers.all("Content-Type").map { label in
            label.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        }
        guard types.allSatisfy({ $0 == "application/json" }) else {
            throw Problem(
                .unsupportedMediaType, "The body must be JSON: send Content-Type: application/json.",
                param: "Content-Type")
        }
    }

    /// What would be passed over must not be: a `dry_run` where nothing is rehearsed would be done in earnest, and an
    /// `If-Match` where nothing has a tag would protect nothing.
    private func refuseWhatIsNotHeard(_ call: Call) throws {
        guard call.route.method != .get else { return }
        if call.route.idempotency == .none, !call.route.rehearses, call.request.query["dry_run"] != nil {
            throw Problem(.invalidQuery, "There is no dry run of this.", param: "dry_run")
        }
        if call.resource == nil, call.request.headers["If-Match"] != nil {
            throw Problem(
                .invalidHeader, "Nothing at this address has an ETag to compare with: send no If-Match.",
                param: "If-Match")
        }
    }

    /// How the resource reads that a PATCH, PUT or DELETE of this address changes.
    private func resource(changedBy route: Route, _ request: Request) -> Route.Reading? {
        guard [.patch, .put, .delete].contains(route.method),
            case .found(let shown, _, _) = router.match(.get, rawPath: request.rawPath)
        else { return nil }
        return shown.reading
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
    fileprivate mutating func describe(_ rate: RequestRates.Reading?, hasTag: Bool) {
        headers["Tollgate-Version"] = APIVersion.current
        if let rate {
            headers["RateLimit-Limit"] = String(rate.limit)
            headers["RateLimit-Remaining"] = String(rate.remaining)
            headers["RateLimit-Reset"] = String(rate.reset)
        }
        if hasTag, status == .ok, headers["Content-Type"] == "application/json" {
            headers["ETag"] = EntityTag.of(body)
        }
    }
}
