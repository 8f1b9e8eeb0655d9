import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients/{client}/credit_…`: what a client has, and every movement (V6).
enum CreditLedger {
    /// What can be used, and what is set aside.
    static func balance(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        return try await call.read { tx in .json(.ok, try balance(of: id, tx)) }
    }

    /// Every movement, newest first; `kind` narrows it.
    static func list(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        let query = try call.query("limit", "starting_after", "ending_before", "kind")
        let page = try call.page(query, of: CreditEntry.self)
        let kind = try call.queryWord(query, "kind", CreditEntry.Kind.self)
        return try await call.read { tx in
            guard try tx.first(FindClient(id)) != nil else { throw Problem.notFound("client") }
            let (entries, hasMore) = page.cut(try tx.run(ListCreditEntries(of: id, page, kind: kind)))
            return call.listed(entries.map(json), hasMore: hasMore)
        }
    }

    /// Gives credits by hand, or takes some back; always with a reason.
    static func grant(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let credits = fields.required("credits", .credits(isSigned: true))
        let reason = fields.required("reason", .text(max: 500))
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        try fields.finish()
        let (amount, why) = (try credits(), try reason())
        return try await call.write { actor, tx in
            try open(id, tx)
            let source = CreditEntry.ID.new(at: actor.now).text
            let posted = try post(
                CreditMovement(
                    amount > .zero ? .grant : .adjustment, amount, of: id, from: .grant(source), reason: why,
                    metadata: metadata), actor, tx)
            audit(
                actor, tx, "credits.grant", id.text,
                after: ["credits": .string(amount.text), "reason": .string(why)])
            return .finished(.created, json(posted.entry))
        }
    }

    /// Takes what was used. The portal's `event_id` makes it once, for ever; asking again gives the first entry.
    static func use(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        let credits = fields.required("credits", .credits())
        let event = fields.required("event_id", .line(max: 255))
        let reason = fields.optional("reason", .text(max: 500))
        let metadata = fields.optional("metadata", .metadata) ?? "{}"
        try fields.finish()
        let (amount, eventID) = (try credits(), try event())
        return try await call.write { actor, tx in
            try open(id, tx)
            let posted = try post(
                CreditMovement(
                    .usage, -amount, of: id, from: .usage(eventID), reason: reason, metadata: metadata), actor, tx)
            guard posted.entry.client == id, posted.entry.amount == -amount else {
                throw Problem(
                    .creditEventMismatch, "This event_id was recorded before, for another client or amount.",
                    param: "event_id")
            }
            return .finished(posted.isNew ? .created : .ok, json(posted.entry))
        }
    }

    /// Makes an entry; what the database refuses for want of credits is told in words.
    static func post(
        _ movement: CreditMovement, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> PostedCredits {
        try tx.postCredits(movement, because: actor.cause, at: actor.now)
    }

    /// There is such a client, and it is not closed.
    static func open(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws {
        guard let lock = try tx.first(LockAccess(id)) else { throw Problem.notFound("client") }
        guard lock.state != .closed else { throw Problem(.clientClosed, "The client is closed.") }
    }

    private static func balance(of id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let balance = try tx.first(FindCreditBalance(of: id)) else { throw Problem.notFound("client") }
        let policy = try tx.one(FindCreditPolicy())
        return .object([
            "object": "credit_balance", "client": .string(id.text), "credits": .string(balance.available.text),
            "credits_micro": .integer(balance.available.micro), "held": .string(balance.held.text),
            "held_micro": .integer(balance.held.micro), "entries": .integer(balance.entries),
            "exhausted": .bool(balance.entries > 0 && balance.available <= policy.floor),
        ])
    }

    /// How an entry looks outside.
    static func json(_ entry: CreditEntry) -> JSON {
        .object([
            "object": "credit_entry", "id": .string(entry.id.text), "client": .string(entry.client.text),
            "seq": .integer(entry.seq), "kind": .string(entry.kind.rawValue), "credits": .string(entry.amount.text),
            "credits_micro": .integer(entry.amount.micro), "balance_after": .string(entry.balanceAfter.text),
            "balance_after_micro": .integer(entry.balanceAfter.micro),
            "source": ["type": .string(entry.sourceKind), "id": .string(entry.sourceID)],
            "pricing": .text(entry.pricing?.text), "reason": .text(entry.reason), "metadata": .stored(entry.metadata),
            "created": .time(entry.createdAt),
        ])
    }
}
