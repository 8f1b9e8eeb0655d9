internal import HTTPClient
package import HTTPTypes

/// What the stand-in lets a test see and do.
extension StandInClient {
    /// One call that came to the stand-in.
    package struct Call: Sendable, CustomStringConvertible {
        package let number: Int64
        package let method: String
        package let path: String
        package let status: Int64
        package let account: String?
        package let idempotencyKey: String?
        package let isReplay: Bool

        package init(_ json: JSON) {
            number = json["number"]?.integerValue ?? 0
            method = json.string("method") ?? ""
            path = json.string("path") ?? ""
            status = json["status"]?.integerValue ?? 0
            account = json.string("account")
            idempotencyKey = json.string("idempotency_key")
            isReplay = json["replayed"]?.boolValue ?? false
        }

        package var description: String { "\(method) \(path) \(status)" }
    }

    /// The number of the latest call.
    package func lastCall() async throws -> Int64 {
        try await control(.get, "/requests?limit=0")["count"].integerValue ?? 0
    }

    /// The calls after a number, oldest first.
    package func calls(after number: Int64) async throws -> [Call] {
        try await control(.get, "/requests?after=\(number)&limit=20000").json.members.map(Call.init)
    }

    /// The calls after a number that change something there: what was told of earlier may be read again at any time.
    package func writes(after number: Int64) async throws -> [Call] {
        try await calls(after: number).filter { $0.method != "GET" }
    }

    /// Every object of a type, of every account.
    package func objects(_ type: String) async throws -> [JSON] {
        try await control(.get, "/objects?limit=100000&type=\(type)").json.members
    }

    /// Moves the clock: renewals, retries and deadlines happen.
    package func advance(days: Int) async throws {
        let answer = try await control(.post, "/clock", ["advance_seconds": .integer(Int64(days) * 86_400)])
        guard answer.status == 200 else { throw NeverHappened("the clock moves: \(answer)") }
    }

    /// The agency takes a key back in its Dashboard.
    package func revoke(_ key: String) async throws { try await control(.post, "/keys/revoke", ["key": .string(key)]) }

    /// Orders something to go wrong.
    package func order(_ fault: JSON) async throws {
        let answer = try await control(.post, "/faults", fault)
        guard answer.status == 200 else { throw NeverHappened("a fault is ordered: \(answer)") }
    }

    /// Types a card into the page at an address; whether it was taken (the browser is sent on).
    package func typeCard(_ url: String, _ number: String) async throws -> Bool {
        let answer = try await page(url, [("card", number)])
        return answer.status == 303 || answer.status == 302
    }

    /// Goes through Stripe's onboarding pages.
    package func onboard(_ url: String, _ outcome: String) async throws {
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
