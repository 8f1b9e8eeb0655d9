import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/drift_items`: where Stripe and we differ, and what is done about it.
enum DriftItems {
    /// Newest first; `status`, `type` and `object_kind` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "status", "type", "object_kind")
        let page = try call.page(query, of: DriftItem.self)
        let status = try call.queryWord(query, "status", DriftItem.Status.self)
        let kind = try call.queryWord(query, "type", DriftItem.Kind.self)
        let object = try call.queryWord(query, "object_kind", DriftItem.ObjectKind.self)
        let rows = try await call.read { tx in
            try tx.run(ListDriftItems(page, status: status, kind: kind, object: object))
        }
        let (items, hasMore) = page.cut(rows)
        return call.listed(items.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: DriftItem.ID = try call.id("drift_item")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// Makes both sides the same: takes Stripe's, or tells Stripe ours.
    static func repair(_ call: Call) async throws -> Response {
        let id: DriftItem.ID = try call.id("drift_item")
        var fields = try call.fields()
        let direction: Fields.Checked<DriftItem.Direction> = fields.required("direction", .word)
        try fields.finish()
        let wish = try direction()
        return try await call.write { actor, tx in
            let item = try open(id, tx)
            if let obstacle = item.obstacle(to: wish) {
                throw Problem(.repairNotPossible, obstacle, param: "direction")
            }
            let owner = try tx.first(FindDriftOwner(of: id))
            // A purchase is looked at by a command of its own in its client's order: nobody may stand before that one.
            let client = item.objectKind == .creditPurchase ? nil : owner?.client
            let work = RepairDrift(item: id, direction: wish, client: client, product: owner?.product)
            audit(
                actor, tx, "drift_item.repair", id.text, client: owner?.client, before: json(item),
                after: ["direction": .string(wish.rawValue)])
            let receipt = try tx.enqueue(work, waited: actor.isWaiting, target: ("drift_item", id.rawValue))
            return .accepted(receipt, kind: RepairDrift.kind, target: ("drift_item", id.text))
        }
    }

    /// Lets it be, and says why. It opens again when one of both values changes.
    static func dismiss(_ call: Call) async throws -> Response {
        let id: DriftItem.ID = try call.id("drift_item")
        var fields = try call.fields()
        let reason = fields.required("reason", .text(max: 500))
        try fields.finish()
        let why = try reason()
        return try await call.write { actor, tx in
            let item = try open(id, tx)
            guard try tx.first(MarkDriftDismissed(id, by: actor.entrance.actor, because: why)) != nil else {
                throw closed(item)
            }
            let owner = try tx.first(FindDriftOwner(of: id))
            let after = try answer(id, tx)
            audit(
                actor, tx, "drift_item.dismiss", id.text, client: owner?.client, before: json(item), after: after)
            return .finished(.ok, after)
        }
    }

    /// The resource as it stands.
    static func answer(_ id: DriftItem.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let item = try tx.first(FindDriftItem(id)) else { throw Problem.notFound("drift_item") }
        return json(item)
    }

    private static func open(_ id: DriftItem.ID, _ tx: borrowing Transaction<TenantScope>) throws -> DriftItem {
        guard let item = try tx.first(FindDriftItem(id)) else { throw Problem.notFound("drift_item") }
        guard item.canBeRepaired else { throw closed(item) }
        return item
    }

    private static func closed(_ item: DriftItem) -> Problem {
        Problem(.driftItemClosed, "The difference is \(item.status.rawValue) already.")
    }

    private static func json(_ item: DriftItem) -> JSON {
        var effect = JSON.null
        if let amount = item.amount, let currency = item.currency {
            effect = ["amount": .integer(amount), "currency": .string(currency)]
        }
        return [
            "object": "drift_item", "id": .string(item.id.text), "type": .string(item.kind.rawValue),
            "status": .string(item.status.rawValue), "object_kind": .string(item.objectKind.rawValue),
            "target": .text(item.target), "stripe_id": .string(item.stripeID), "field": .string(item.field),
            "ours": .text(item.ours), "stripe": .text(item.theirs), "money_effect": effect,
            "repairs": .array(item.canBeRepaired ? item.directions.map { .string($0.rawValue) } : []),
            "direction": .text(item.direction?.rawValue), "dismissed_by": .text(item.dismissedBy),
            "dismissed_reason": .text(item.dismissedReason), "reconciliation": .string(item.reconciliation.text),
            "first_seen": .time(item.firstSeenAt), "last_seen": .time(item.lastSeenAt), "closed": .time(item.closedAt),
        ]
    }
}
