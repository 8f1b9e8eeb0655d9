import Daemon
import HTTPClient
import HTTPTypes
import Testing

/// Requests that could become other requests, or go where they must not.
@Suite struct RefusedRequestTests {
    struct Bad: CustomTestStringConvertible, Sendable {
        var url = "http://127.0.0.1/"
        var headers: [(String, String)] = []
        var secret = "sk_test_a"
        var testDescription: String { "\(url) \(headers) \(secret)" }
    }

    static let bad: [Bad] = [
        Bad(url: ""), Bad(url: "http://"), Bad(url: "http://example.com/"), Bad(url: "ftp://127.0.0.1/"),
        Bad(url: "file:///etc/passwd"), Bad(url: "http://127.0.0.1@example.com/"),
        Bad(url: "https://user:word@example.com/"), Bad(url: "http://localhost.example.com/"),
        Bad(url: "http://127.0.0.1/a b"), Bad(url: "http://127.0.0.1/\r\nX: y"), Bad(url: "HTTP://127.0.0.1/"),
        Bad(headers: [("X-A", "b\r\nX-B: c")]), Bad(headers: [("X-A", "b\nc")]), Bad(headers: [("X-A: b\r\nX", "c")]),
        Bad(headers: [("", "c")]), Bad(headers: [("X A", "c")]), Bad(headers: [("X-A", "b\u{0}c")]),
        Bad(secret: "sk_test\r\nStripe-Account: acct_1"), Bad(secret: "sk_test\u{0}"), Bad(secret: ""),
    ]

    @Test(arguments: bad)
    func `what could be another request is not sent`(_ bad: Bad) async throws {
        let transport = Transport()
        defer { transport.close() }
        let request = OutgoingRequest(
            method: .post, url: bad.url, headers: bad.headers,
            secretHeaders: [("Authorization", "Bearer ", Secret(bad.secret))])
        do throws(HTTPClientError) {
            _ = try await transport.send(request)
            Issue.record("was answered")
        } catch {
            guard case .notSent(let reason) = error else {
                Issue.record("told as \(error)")
                return
            }
            #expect(!reason.contains("sk_test"))
        }
    }
}
