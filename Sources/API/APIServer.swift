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
        var answer: Response
        do {
            answer = try await act(on: request)
        } catch {
            answer = Problem(error).response(requestID: request.id, base: gateway.publicURL)
            answer.route = pattern(of: request)
        }
        return answer
    }

    private func act(on request: Request) async throws -> Response {
        switch router.match(request) {
        case .found(let route, let parameters, let pattern):
            let call = Call(request: request, parameters: parameters, route: route, gateway: gateway)
            var answer = try await act(call)
            answer.route = pattern
            return answer
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
        _ = try call.caller()
        do {
            return try await call.route.act(call)
        } catch let problem as Problem where problem.isAboutContents {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw problem
        } catch let error as JSONError {
            try await call.read { tx in _ = try tx.run(FindLivemode()) }
            throw error
        }
    }

    private func pattern(of request: Request) -> String? {
        if case .found(_, _, let pattern) = router.match(request) { pattern } else { nil }
    }
}
