import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What a write's transaction knows about its caller.
struct Actor: Sendable {
    /// Who entered.
    let entrance: KeyEntrance
    /// The time, the same for all of the write.
    let now: Timestamp
    /// Whether somebody waits for the command's end.
    let isWaiting: Bool

    /// The cause of what the write changes.
    var cause: AccessCause { AccessCause(.apiKey, entrance.actor) }
}

/// What a write did.
enum Done: Sendable {
    /// Everything there is to do: the answer.
    case finished(HTTPStatus, JSON)
    /// As `finished`, with a secret in it that is shown this once: a replay answers `kept`, which has none.
    case revealed(HTTPStatus, JSON, kept: JSON)
    /// The rest is a command's: its receipt, its kind, and the row it is about.
    case accepted(CommandReceipt, kind: String, target: (kind: String, id: String))
}

extension Call {
    /// Writes as the caller: rows, command, audit and the answer under the Idempotency-Key are one transaction.
    ///
    /// The same key with the same body gives the same answer, whatever became of the first one's connection: what was
    /// committed is replayed, what was not is done now.
    func write(
        _ body: @Sendable (Actor, borrowing Transaction<TenantScope>) throws -> Done
    ) async throws -> Response {
        let key = try idempotencyKey()
        let wait = try preferredWait()
        let fingerprint =
            key == nil ? [] : Fingerprint.of(method: request.method, path: request.path, body: request.body)
        let now = gateway.clock.now()
        let written = try await gateway.database.transaction(entering: caller().entry) { entrance, tx -> Written in
            if let key, let stored = try tx.first(BeginIdempotent(key)) {
                return try Written(replaying: stored, of: fingerprint)
            }
            let done = try body(Actor(entrance: entrance, now: now, isWaiting: wait != nil), tx)
            let written = Written(done, at: now)
            if let key { tx.send(InsertIdempotent(key, written.stored(under: fingerprint))) }
            return written
        }
        if let receipt = written.receipt { gateway.kicker.kick(receipt) }
        guard let wait, let command = written.command else { return written.response }
        return try await finished(command, within: wait) ?? written.response
    }

    /// The Idempotency-Key: 1 to 255 printable ASCII characters, missing only where the route allows it.
    private func idempotencyKey() throws -> String? {
        guard let key = request.headers["Idempotency-Key"] else {
            guard route.idempotency == .required else { return nil }
            throw Problem(
                .idempotencyKeyMissing,
                "This request reaches Stripe. Send an Idempotency-Key, a new one for each thing you want done, and "
                    + "the same one when you ask again.", param: "Idempotency-Key")
        }
        guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                .invalidHeader, "An Idempotency-Key has 1 to 255 printable ASCII characters.", param: "Idempotency-Key")
        }
        return key
    }

    /// `Prefer: wait=15`: seconds, at most 30. Other preferences are ignored, as RFC 7240 asks.
    private func preferredWait() throws -> Duration? {
        for value in request.headers.all("Prefer") {
            for preference in value.split(separator: ",") {
                let parts = preference.split(separator: "=").map { $0.filter { $0 != " " }.lowercased() }
                guard parts.count == 2, parts[0] == "wait", let seconds = Int64(parts[1]), seconds > 0 else { continue }
                return .seconds(min(seconds, 30))
            }
        }
        return nil
    }
}

/// A write's answer, fresh or replayed.
private struct Written: Sendable {
    var response: Response
    var receipt: CommandReceipt?
    var command: Command.ID?
    /// What is stored instead of the body, when that holds a secret.
    var kept: [UInt8]?

    init(_ done: Done, at now: Timestamp) {
        switch done {
        case .finished(let status, let body):
            response = .json(status, body)
        case .revealed(let status, let body, let kept):
            response = .json(status, body)
            self.kept = Response.json(status, kept).body
        case .accepted(let receipt, let kind, let target):
            let id = Command.ID(rawValue: receipt.publicID)
            self.receipt = receipt
            command = id
            response = .json(.accepted, CommandAnswer.accepted(id, kind: kind, target: target, at: now))
            response.headers["Location"] = "/v1/commands/\(id)"
        }
    }

    init(replaying stored: StoredAnswer, of fingerprint: [UInt8]) throws {
        guard stored.fingerprint == fingerprint else {
            throw Problem(
                .idempotencyKeyReused, "This Idempotency-Key was used with another body or address. Take a new one.",
                param: "Idempotency-Key")
        }
        response = Response(HTTPStatus(rawValue: stored.status), body: stored.body)
        if let headers = JSON.stored(stored.headers).objectValue {
            for header in headers { response.headers[header.key] = header.value.stringValue }
        }
        response.headers["Idempotent-Replayed"] = "true"
        Metrics.counter("tollgate_idempotent_replays_total", help: "Answers given again for a known Idempotency-Key.")
            .add()
        command = response.headers["Location"].flatMap { $0.split(separator: "/").last }.flatMap {
            Command.ID(String($0))
        }
    }

    func stored(under fingerprint: [UInt8]) -> StoredAnswer {
        var headers = JSONObject()
        for name in ["Content-Type", "Location"] {
            if let value = response.headers[name] { headers[name] = .string(value) }
        }
        return StoredAnswer(
            fingerprint: fingerprint, status: response.status.rawValue, headers: JSON.object(headers).text,
            body: kept ?? response.body)
    }
}
