import HTTPClient
import HTTPTypes
import TestSupport

/// What the stand-in lets a test see and do.
extension StandInClient {
    /// One call that came to the stand-in.
    struct Call: Sendable, CustomStringConvertible {
        let number: Int64
        let method: String
        let path: String
        let status: Int64
        let account: String?
        let idempotencyKey: String?
        let isReplay: Bool

        init(_ json: JSON) {
            number = json["number"]?.integerValue ?? 0
            method = json.string("method") ?? ""
            path = json.string("path") ?? ""
            status = json["status"]?.integerValue ?? 0
            account = json.string("account")
            idempotencyKey = json.string("idempotency_key")
            isReplay = json["replayed"]?.boolValue ?? false
        }

        var description: String { "\(method) \(path) \(status)" }
    }

    /// The number of the latest call.
    func lastCall() async throws -> Int64 { try await control(.get, "/requests?limit=0")["count"].integerValue ?? 0 }

    /// The calls after a number, oldest first.
    func calls(after number: Int64) async throws -> [Call] {
        try await control(.get, "/requests?after=\(number)&limit=20000").json.members.map(Call.init)
    }

    /// Every object of a type, of every account.
    func objects(_ type: String) async throws -> [JSON] {
        try await control(.get, "/objects?limit=100000&type=\(type)").json.members
    }

    /// Moves the clock: renewals, retries and deadlines happen.
    func advance(days: Int) async throws {
        let answer = try await control(.post, "/clock", ["advance_seconds": .integer(Int64(days) * 86_400)])
        guard answer.status == 200 else { throw NeverHappened("the clock moves: \(answer)") }
    }

    /// The agency takes a key back in its Dashboard.
    func revoke(_ key: String) async throws { try await control(.post, "/keys/revoke", ["key": .string(key)]) }

    /// Orders something to go wrong.
    func order(_ fault: JSON) async throws {
        let answer = try await control(.post, "/faults", fault)
        guard answer.status == 200 else { throw NeverHappened("a fault is ordered: \(answer)") }
    }

    /// Types a card into the page at an address; whether it was taken (the browser is sent on).
    func typeCard(_ url: String, _ number: String) async throws -> Bool {
        let answer = try await page(url, [("card", number)])
        return answer.status == 303 || answer.status == 302
    }

    /// Goes through Stripe's onboarding pages.
    func onboard(_ url: String, _ outcome: String) async throws {
        let opened = try await page(url, nil)
        guard opened.status == 200 else { throw NeverHappened("the onboarding page opens: \(opened)") }
        _ = try await page(url, [("outcome", outcome)])
    }

    /// Opens a page, or sends its form.
    private func page(_ url: String, _ fields: [(String, String)]?) async throws -> Answer {
        let request = OutgoingRequest(
            method: fields == nil ? .get : .post, url: url,
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: fields.map { Array(FormEncoding.encode($0).utf8) } ?? [])
        let answer = try await transport.send(request)
        return Answer(status: answer.status, headers: answer.headers, body: answer.body)
    }
}
