import Crypto
import Daemon
import HTTPServer
import HTTPTypes
import Synchronization
import TestSupport

/// A portal's end of outgoing webhooks: keeps what comes, and answers what it is told to.
final class PortalListener: Sendable {
    /// One call that came.
    struct Received: Sendable {
        let headers: HTTPHeaders
        let body: [UInt8]
        var json: JSON { (try? JSON.parse(body)) ?? .null }
        var type: String { json["type"]?.stringValue ?? "" }
        var id: String { headers["webhook-id"] ?? "" }

        /// Whether one of its signatures is by this secret, as Standard Webhooks verifies it.
        func isSigned(by secret: String) -> Bool {
            guard let seconds = headers["webhook-timestamp"].flatMap({ Int64($0) }),
                let expected = try? StandardWebhook.sign(
                    id: id, at: Timestamp(seconds: seconds), body: body, secrets: [Secret(secret)])
            else { return false }
            return headers["webhook-signature"]?.split(separator: " ").map(String.init).contains(expected) ?? false
        }
    }

    private struct State {
        var received: [Received] = []
        var answers: [Int] = []
    }

    private let state = Mutex(State())

    /// What came so far.
    var received: [Received] { state.withLock(\.received) }

    /// The next calls are answered so; further ones 204.
    func answer(_ statuses: Int...) { state.withLock { $0.answers = statuses } }

    /// Listens while the body runs.
    static func with<Output: Sendable>(
        _ body: (PortalListener, String) async throws -> Output
    ) async throws -> Output {
        let listener = PortalListener()
        let server = try Server.start(port: 0) { request in
            let status = listener.take(request)
            return Response(HTTPStatus(rawValue: status), body: [])
        }
        do {
            let output = try await body(listener, "http://127.0.0.1:\(server.port)/told")
            await server.stop()
            return output
        } catch {
            await server.stop()
            throw error
        }
    }

    private func take(_ request: Request) -> Int {
        state.withLock { state in
            state.received.append(Received(headers: request.headers, body: request.body))
            return state.answers.isEmpty ? 204 : state.answers.removeFirst()
        }
    }
}
