import Foundation
package import HTTPClient
package import HTTPTypes

/// The stand-in for Stripe: what it was asked, its pages, its clock, its strings.
package struct StandInClient: Sendable {
    package let url: String
    package let transport: Transport

    /// Where it listens.
    package init(url: String, transport: Transport) {
        self.url = url
        self.transport = transport
    }

    /// The environment of a stand-in that knows the platform.
    package static func environment(port: UInt16, apiURL: String, platformKey: String, connectSecret: String)
        -> [String:
        String]
    {
        [
            "STRIPE_STAND_IN_PORT": "\(port)", "STRIPE_STAND_IN_PLATFORM_KEY": platformKey,
            "STRIPE_STAND_IN_CONNECT_WEBHOOK_URL": apiURL + "/hooks/stripe/connect/test",
            "STRIPE_STAND_IN_CONNECT_WEBHOOK_SECRET": connectSecret,
        ]
    }

    /// Waits until it answers.
    package func waitUntilReady() async throws {
        try await eventually("the stand-in answers", within: .seconds(60)) {
            (try? await control(.get, "/health"))?.status == 200
        }
    }

    /// One of its strings.
    @discardableResult package func control(_ method: HTTPMethod, _ path: String, _ body: JSON? = nil) async throws
        -> Answer
    {
        let request = OutgoingRequest(
            method: method, url: url + "/_stand_in" + path, headers: [("Content-Type", "application/json")],
            body: body.map { $0.serialize() } ?? [])
        let answer = try await transport.send(request)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }

    /// A call to Stripe's API by somebody other than Tollgate: the agency in its Dashboard.
    package func stripe(_ method: HTTPMethod, _ path: String, key: String, form: [(String, String)] = []) async throws
        -> Answer
    {
        var headers = [("Authorization", "Bearer \(key)"), ("Stripe-Version", "2026-10-28.endive")]
        if method == .post { headers.append(("Content-Type", "application/x-www-form-urlencoded")) }
        let request = OutgoingRequest(
            method: method, url: url + path, headers: headers, body: Array(FormEncoding.encode(form).utf8))
        let answer = try await transport.send(request)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
