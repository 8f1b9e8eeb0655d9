import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/clients/{client}/credit_holds`: credits set aside, then used or given back.
enum CreditHolds {
    /// Newest first; `status` narrows it.
    static func list(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        let query = try call.query("limit", "starting_after", "ending_before", "status")
        let page = try call.page(query, of: CreditHold.self)
        let status = try call.queryWord(query, "status", CreditHold.Status.self)
        return try await call.read { tx in
            guard try tx.first(FindClient(id)) != nil else { throw Problem.notFound("client") }
            let (holds, hasMore) = page.cut(try tx.run(ListCreditHolds(of: id, page, status: status)))
            return call.listed(holds.map(json), hasMore: hasMore)
        }
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        return try await call.read { tx in .json(.ok, json(try find(call, tx))) }
    }

    /// Sets credits aside, for an hour unless told otherwise.
    static func create(_ call: Call) async throws -> Response {
        let client: Client.ID = try call.id("client")
        var fields = try call.fields()
        let credits = fields.required("credits", .credits())
        let seconds = fields.optional("expires_in", .integer(1...604_800)) ?? 3_600
        let reason = fields.optional("reason", .text(max: 500))
        try fields.finish()
        let amount = try credits()
        return try await call.write { actor, tx in
            try CreditLedger.open(client, tx)
            let id = try tx.holdCredits(
                amount, of: client, reason: reason, until: actor.now + .seconds(seconds), because: actor.cause,
                at: actor.now)
            return .finished(.created, json(try tx.one(FindCreditHold(id))))
        }
    }

    /// Uses what was set aside, all of it unless told otherwise. More than that is taken from what is left.
    static func capture(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let credits = fields.optional("credits", .credits())
        try fields.finish()
        return try await call.write { actor, tx in
            let hold = try find(call, tx)
            guard
                try tx.endHold(
                    hold, .captured, using: credits ?? hold.amount, because: actor.cause, at: actor.now)
            else { throw over }
            return .finished(.ok, json(try tx.one(FindCreditHold(hold.id))))
        }
    }

    /// Gives back what was set aside.
    static func release(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let hold = try find(call, tx)
            guard try tx.endHold(hold, .released, because: actor.cause, at: actor.now) else { throw over }
            return .finished(.ok, json(try tx.one(FindCreditHold(hold.id))))
        }
    }

    private static var over: Problem { Problem(.creditHoldOver, "The hold was used, given back, or has expired.") }

    private static func find(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> CreditHold {
        let (client, id): (Client.ID, CreditHold.ID) = (try call.id("client"), try call.id("credit_hold"))
        guard let hold = try tx.first(FindCreditHold(id)), hold.client == client else {
            throw Problem.notFound("credit_hold")
        }
        return hold
    }

    private static func json(_ hold: CreditHold) -> JSON {
        .object([
            "object": "credit_hold", "id": .string(hold.id.text), "client": .string(hold.client.text),
            "credits": .string(hold.amount.text), "captured": .string(hold.captured.text),
            "status": .string(hold.status.rawValue), "reason": .text(hold.reason),
            "expires_at": .time(hold.expiresAt), "ended_at": .time(hold.endedAt), "created": .time(hold.createdAt),
        ])
    }
}
