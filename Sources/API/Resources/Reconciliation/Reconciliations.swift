import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/reconciliations`: everything Stripe has, compared with what is here.
enum Reconciliations {
    /// Begins one now. There is never more than one at a time.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Reconciliation.ID.new(at: actor.now)
            guard try tx.begin(id, .wish) else {
                throw Problem(.reconciliationRunning, "One runs already; GET /v1/reconciliations shows it.")
            }
            audit(actor, tx, "reconciliation.create", id.text)
            let receipt = try tx.enqueue(
                Reconcile(reconciliation: id), waited: actor.isWaiting, target: ("reconciliation", id.rawValue))
            return .accepted(receipt, kind: Reconcile.kind, target: ("reconciliation", id.text))
        }
    }

    /// Newest first.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before")
        let page = try call.page(query, of: Reconciliation.self)
        let rows = try await call.read { tx in try tx.run(ListReconciliations(page)) }
        let (walks, hasMore) = page.cut(rows)
        return call.listed(walks.map { .object(json($0)) }, hasMore: hasMore)
    }

    /// One with the newest hundred of its questions to Stripe.
    static func show(_ call: Call) async throws -> Response {
        let id: Reconciliation.ID = try call.id("reconciliation")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// The resource as it stands.
    static func answer(_ id: Reconciliation.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let walk = try tx.first(FindReconciliation(id)) else { throw Problem.notFound("reconciliation") }
        var body = json(walk)
        body["steps"] = .array(try tx.run(ListReconciliationPages(of: id)).map(json))
        return .object(body)
    }

    private static func json(_ walk: Reconciliation) -> JSONObject {
        let compared = JSON.stored(walk.compared)
        var counts: JSONObject = [:]
        for kind in DriftItem.ObjectKind.allCases { counts[kind.rawValue] = compared[kind.rawValue] ?? 0 }
        return [
            "object": "reconciliation", "id": .string(walk.id.text), "cause": .string(walk.cause.rawValue),
            "status": .string(walk.status.rawValue), "stage": .string(walk.stage.rawValue),
            "account_id": .text(walk.accountID), "compared": .object(counts),
            "drift": [
                "new": .integer(walk.newItems), "known": .integer(walk.knownItems), "gone": .integer(walk.goneItems),
            ],
            "stripe_calls": .number(walk.pages), "problem": .stored(walk.problem), "began": .time(walk.createdAt),
            "ended": .time(walk.finishedAt),
        ]
    }

    private static func json(_ page: Reconciliation.Page) -> JSON {
        [
            "step": .number(page.number), "stage": .string(page.stage.rawValue), "objects": .number(page.objects),
            "stripe_request_id": .text(page.requestID), "at": .time(page.at),
        ]
    }
}
