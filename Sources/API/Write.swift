import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

extension Call {
    /// Writes as the caller: rows, command, audit and the answer under the Idempotency-Key are one transaction.
    ///
    /// The same key with the same body gives the same answer, whatever became of the first one's connection: what was
    /// committed is replayed, what was not is done now.
    func write(
        _ body: @Sendable (Actor, borrowing Transaction<TenantScope>) throws -> Done
    ) async throws -> Response {
        let key = try idempotencyKey()
        if try isDryRun() { return try await rehearse(body) }
        let wait = try preferredWait()
        let fingerprint = key == nil ? [] : self.fingerprint()
        let now = gateway.clock.now()
        let written = try await gateway.database.transaction(entering: caller().entry) { entrance, tx -> Written in
            if let key, let stored = try tx.first(BeginIdempotent(key)) {
                return try Written(replaying: stored, of: fingerprint)
            }
            try requireFresh(tx)
            let actor = Actor(entrance, at: now, isWaiting: wait != nil, asking: self)
            let written = Written(try body(actor, tx), at: now)
            actor.tell(written.kept, tx)
            if let key { tx.send(InsertIdempotent(key, written.stored(under: fingerprint))) }
            return written
        }
        if let receipt = written.receipt { gateway.kicker.kick(receipt) }
        guard let wait, let command = written.command else { return written.response }
        return try await finished(command, within: wait) ?? written.response
    }

    /// `?dry_run=true`: everything is checked and decided as it would be, and nothing is written. The answer says what
    /// would have been answered, and which command would go to Stripe.
    private func rehearse(
        _ body: @Sendable (Actor, borrowing Transaction<TenantScope>) throws -> Done
    ) async throws -> Response {
        let now = gateway.clock.now()
        do {
            return try await gateway.database.transaction(entering: caller().entry) { entrance, tx -> Response in
                try requireFresh(tx)
                let written = Written(
                    try body(Actor(entrance, at: now, isWaiting: false, asking: self), tx), at: now)
                // Whatever the database still has to say about what was sent so far, it says now.
                _ = try tx.run(FindLivemode())
                throw Rehearsed(
                    status: written.response.status, outcome: written.kept, isCommand: written.command != nil)
            }
        } catch let rehearsed as Rehearsed {
            var outcome = rehearsed.outcome
            if rehearsed.isCommand, case .object(var command) = outcome {
                command["id"] = nil
                outcome = .object(command)
            }
            return .json(
                .ok,
                [
                    "object": "dry_run", "status": .integer(Int64(rehearsed.status.rawValue)),
                    "planned": rehearsed.isCommand ? .array([outcome["type"] ?? .null]) : [], "outcome": outcome,
                ])
        }
    }

    /// Whether the caller only wants to know what would be.
    func isDryRun() throws -> Bool {
        guard let value = request.query["dry_run"] else { return false }
        guard value == "true" || value == "false" else {
            throw Problem(.invalidQuery, "dry_run must be true or false.", param: "dry_run")
        }
        return value == "true"
    }

    /// What makes two requests the same: who acts belongs to it, since what one user was answered another may not read.
    private func fingerprint() -> [UInt8] {
        let user = request.headers["Tollgate-User"].map { "\n" + $0 } ?? ""
        return Fingerprint.of(method: request.method, path: request.path + query() + user, body: request.body)
    }

    /// The query as far as there is one: closing a client and closing it with its invoices are two wishes.
    private func query() -> String {
        var fields: [(String, String)] = []
        request.query.forEach { fields.append(($0, $1)) }
        return fields.isEmpty ? "" : "?" + FormEncoding.encode(fields.sorted { $0 < $1 })
    }

    /// The Idempotency-Key: 1 to 255 printable ASCII characters, missing only where the route allows it.
    private func idempotencyKey() throws -> String? {
        guard let key = request.headers["Idempotency-Key"] else {
            guard route.idempotency == .required else { return nil }
            throw Problem(
                .idempotencyKeyMissing,
                "This request reaches Stripe or moves credits. Send an Idempotency-Key, a new one for each thing you "
                    + "want done, and the same one when you ask again.", param: "Idempotency-Key")
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

/// Takes a rehearsal's transaction back.
private struct Rehearsed: Error {
    let status: HTTPStatus
    let outcome: JSON
    let isCommand: Bool
}

/// A write's answer, fresh or replayed.
private struct Written: Sendable {
    var response: Response
    /// What is kept of the answer: without what is shown only once.
    var kept: JSON = .null
    var receipt: CommandReceipt?
    var command: Command.ID?

    init(_ done: Done, at now: Timestamp) {
        switch done {
        case .finished(let status, let body):
            response = .json(status, body)
            kept = body
        case .finishedOnce(let status, let shown, let kept):
            response = .json(status, shown)
            self.kept = kept
        case .accepted(let receipt, let kind, let target):
            let id = Command.ID(rawValue: receipt.publicID)
            self.receipt = receipt
            command = id
            kept = CommandAnswer.accepted(id, kind: kind, target: target, at: now)
            response = .json(.accepted, kept)
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
            body: kept.serialize())
    }
}
