import Daemon
import HTTPServer
import HTTPTypes

/// Stripe at its plainest, in a process of its own: every call is answered after the same time.
enum DelayServer {
    /// The word that makes this program the server instead of the measurer: `delay-server <port> <milliseconds>`.
    static let word = "delay-server"

    /// Serves until killed, or until standard input ends with the process that measures.
    static func run(_ words: [String]) async throws {
        let numbers = words.compactMap { Int($0) }
        guard numbers.count == 2, let port = UInt16(exactly: numbers[0]) else {
            throw ExitError(code: 64, message: "usage: \(word) <port> <milliseconds>")
        }
        let delay = Duration.milliseconds(numbers[1])
        let body = Array(#"{"id":"cus_1","object":"customer"}"#.utf8)
        let server = try Server.start(port: port) { _ in
            try? await Task.sleep(for: delay)
            return Response(
                .ok, headers: HTTPHeaders([("Content-Type", "application/json")]), body: body, route: "/v1/customers")
        }
        await withCheckedContinuation { ended in
            StandardInput.whenEnded { ended.resume() }
        }
        await server.stop()
    }
}
