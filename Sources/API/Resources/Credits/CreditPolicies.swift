import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/credit_policy`: what becomes of clients whose credits run out.
enum CreditPolicies {
    /// As it stands.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try tx.one(FindCreditPolicy()))
    }

    /// New rules, as a whole. They count at once for clients that ran out of credits before: one that is not out of
    /// them any more comes in. Nobody is shut out by a new rule before the next credit is used.
    static func save(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let onExhausted = fields.required("on_exhausted", FieldKind<CreditPolicy.OnExhausted>.word)
        let floor = fields.optional("floor", .credits(isSigned: true, orNone: true)) ?? .zero
        let lowAt = fields.optional("low_at", .credits())
        if floor > .zero { fields.refuse("floor", .invalidField, "Must be zero or less.") }
        try fields.finish()
        let policy = CreditPolicy(onExhausted: try onExhausted(), floor: floor, lowAt: lowAt)
        return try await call.write { actor, tx in
            let before = try tx.one(FindCreditPolicy())
            tx.send(MarkCreditPolicy(policy))
            for client in try tx.run(ListClientsOutOfCredits()) {
                try tx.judgeCredits(of: client, mayOpen: false, because: actor.cause, at: actor.now)
            }
            audit(
                actor, tx, "credit_policy.save", actor.entrance.tenant.text, before: json(before), after: json(policy))
            return .finished(.ok, json(policy))
        }
    }

    private static func json(_ policy: CreditPolicy) -> JSON {
        [
            "object": "credit_policy", "on_exhausted": .string(policy.onExhausted.rawValue),
            "floor": .string(policy.floor.text), "low_at": .text(policy.lowAt?.text),
        ]
    }
}
