import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/dunning_policy`: when a payment that fails refuses a client, and what else does.
enum DunningPolicies {
    /// The tenant's rules.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try tx.one(FindDunningPolicy()))
    }

    /// The rules, whole; what is not mentioned is as it is by default. Clients in arrears are judged anew at once: a
    /// rule that became stricter counts for them, one that became milder lets nobody in by itself.
    static func save(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let blockOn = fields.optional("block_on", FieldKind<BlockPolicy>.word) ?? .canceledForNonpayment
        let graceDays = fields.optional("grace_days", .integer(0...90))
        let scope = fields.optional("block_scope", FieldKind<BlockScope>.word) ?? .client
        let end = fields.optional("no_subscription", FieldKind<NoSubscriptionPolicy>.word) ?? .keep
        let dispute = fields.optional("dispute", FieldKind<DisputePolicy>.word) ?? .ignore
        let card = fields.optional("require_card", .bool) ?? true
        if blockOn == .graceElapsed, graceDays == nil {
            fields.refuse("grace_days", .parameterMissing, "block_on grace_elapsed needs grace_days.")
        }
        try fields.finish()
        let policy = DunningPolicy(
            blockOn: blockOn, graceDays: graceDays.map { Int($0) }, blockScope: scope, noSubscription: end,
            onDispute: dispute, requiresCard: card)
        return try await call.write { actor, tx in
            let before = json(try tx.one(FindDunningPolicy()))
            _ = try tx.count(MarkDunningPolicy(policy))
            for client in try tx.run(ListClientsInArrears()) {
                try tx.projectAccess(of: client, because: actor.cause, at: actor.now)
            }
            let after = json(try tx.one(FindDunningPolicy()))
            audit(actor, tx, "dunning_policy.change", actor.entrance.tenant.text, before: before, after: after)
            return .finished(.ok, after)
        }
    }

    private static func json(_ policy: DunningPolicy) -> JSON {
        [
            "object": "dunning_policy", "block_on": .string(policy.blockOn.rawValue),
            "grace_days": .number(policy.graceDays), "block_scope": .string(policy.blockScope.rawValue),
            "no_subscription": .string(policy.noSubscription.rawValue),
            "dispute": .string(policy.onDispute.rawValue), "require_card": .bool(policy.requiresCard),
            "updated": .time(policy.updatedAt),
        ]
    }
}
