import Billing
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/imports`: what exists at Stripe and not here, looked at first and taken over when confirmed.
enum Imports {
    /// One decision about one of Stripe's objects.
    private struct Resolution: Sendable {
        let stripeID: String
        let action: ImportItem.Decision
        let client: Client.ID?
    }

    /// Has Stripe's list read. Nothing of it enters the tenant's things.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let what: Fields.Checked<Import.What> = fields.required("what", .word)
        try fields.finish()
        let kind = try what()
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Import.ID.new(at: actor.now)
            _ = try tx.run(InsertImport(id, kind))
            audit(actor, tx, "import.create", id.text, after: ["what": .string(kind.rawValue)])
            return try enqueue(ReadImport(id), id, actor, tx)
        }
    }

    /// Newest first; `what` narrows it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "what")
        let page = try call.page(query, of: Import.self)
        let what = try call.queryWord(query, "what", Import.What.self)
        let rows = try await call.read { tx in try tx.run(ListImports(page, what: what)) }
        let (imports, hasMore) = page.cut(rows)
        return call.listed(imports.map(json), hasMore: hasMore)
    }

    /// One with its counts.
    static func show(_ call: Call) async throws -> Response {
        let id: Import.ID = try call.id("import")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// What was found, newest first; `verdict` and `outcome` narrow it.
    static func listItems(_ call: Call) async throws -> Response {
        let id: Import.ID = try call.id("import")
        let query = try call.query("limit", "starting_after", "ending_before", "verdict", "outcome")
        let page = try call.page(query, of: ImportItem.self)
        let verdict = try call.queryWord(query, "verdict", ImportItem.Verdict.self)
        let outcome = try call.queryWord(query, "outcome", ImportItem.Outcome.self)
        let rows = try await call.read { tx in
            guard let found = try tx.first(FindImport(id)) else { throw Problem.notFound("import") }
            let items = try tx.run(ListImportItems(page, of: id, verdict: verdict, outcome: outcome))
            return (found.what, items)
        }
        let (items, hasMore) = page.cut(rows.1)
        return call.listed(items.map { json($0, rows.0) }, hasMore: hasMore)
    }

    /// Carries it out. Conflicts are the caller's to decide: each is resolved, or all that are left are skipped.
    static func confirm(_ call: Call) async throws -> Response {
        let id: Import.ID = try call.id("import")
        var fields = try call.fields()
        var resolutions: [Resolution] = []
        if fields.has("resolutions") {
            resolutions = fields.list("resolutions", count: 0...1_000, resolution).compactMap { $0 }
        }
        let skipsConflicts = fields.optional("skip_conflicts", .bool) ?? false
        try fields.finish()
        let (wanted, skips) = (resolutions, skipsConflicts)
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindImport(id)) else { throw Problem.notFound("import") }
            guard found.status == .ready else {
                throw Problem(.importNotReady, "The import is \(found.status.rawValue); only a ready one is confirmed.")
            }
            let connection = try PaymentProcessors.standing(tx)
            guard connection.accountID == found.accountID else {
                throw Problem(.importNotReady, "Another Stripe account was connected since; make a new import.")
            }
            for (index, wish) in wanted.enumerated() { try decide(wish, index, id, tx) }
            let open = try tx.one(FindOpenConflicts(id))
            guard open.count == 0 || skips else {
                throw Problem(
                    .importConflicts,
                    "\(open.count) conflicts are not decided: \(open.some.joined(separator: ", ")). Resolve them, or "
                        + "send skip_conflicts.", param: "resolutions")
            }
            tx.send(MarkItemsDecided(id))
            guard try tx.first(MarkImportConfirmed(id)) != nil else {
                throw Problem(.importNotReady, "The import was confirmed already.")
            }
            audit(actor, tx, "import.confirm", id.text, after: ["resolutions": .number(wanted.count)])
            return try enqueue(ApplyImport(id), id, actor, tx)
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Import.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let found = try tx.first(FindImport(id)) else { throw Problem.notFound("import") }
        return json(found)
    }

    private static func resolution(_ fields: inout Fields) -> Resolution? {
        let stripeID = fields.required("stripe_id", .line(max: 255))
        let action: Fields.Checked<ImportItem.Decision> = fields.required("action", .word)
        let client = fields.optional("client", .id(of: Client.self))
        guard let stripeID = try? stripeID(), let action = try? action() else { return nil }
        return Resolution(stripeID: stripeID, action: action, client: client)
    }

    private static func decide(
        _ wish: Resolution, _ index: Int, _ id: Import.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let mark = MarkItemDecided(id, wish.stripeID, wish.action, client: wish.client)
        guard try tx.first(mark) != nil else {
            let detail =
                wish.action == .link
                ? "There is no such item, or the client is not free to be it: it must exist and have no customer."
                : "There is no such item to be decided about, or this cannot be done with it."
            throw Problem(.importConflicts, detail, param: "resolutions[\(index)]")
        }
    }

    private static func enqueue(
        _ job: some Job, _ id: Import.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(job, waited: actor.isWaiting, target: ("import", id.rawValue))
        return .accepted(receipt, kind: type(of: job).kind, target: ("import", id.text))
    }

    private static func json(_ found: Import) -> JSON {
        let counts = found.counts
        return [
            "object": "import", "id": .string(found.id.text), "what": .string(found.what.rawValue),
            "status": .string(found.status.rawValue), "account_id": .text(found.accountID),
            "counts": [
                "known": .integer(counts.known), "match": .integer(counts.match),
                "conflict": .integer(counts.conflict), "new": .integer(counts.new),
                "linked": .integer(counts.linked), "created": .integer(counts.created),
                "skipped": .integer(counts.skipped), "failed": .integer(counts.failed),
            ],
            "problem": .stored(found.problem), "created": .time(found.createdAt), "read_at": .time(found.readAt),
            "confirmed_at": .time(found.confirmedAt), "finished_at": .time(found.finishedAt),
        ]
    }

    private static func json(_ item: ImportItem, _ what: Import.What) -> JSON {
        [
            "object": "import_item", "id": .string(item.id.text), "stripe_id": .string(item.stripeID),
            "facts": .stored(item.facts), "verdict": .text(item.verdict?.rawValue), "reason": .text(item.reason),
            "target": item.row.map { .string(name($0, what)) } ?? .null,
            "candidates": .array(item.candidates.map { .string(Client.ID(rawValue: $0).text) }),
            "decision": .text(item.decision?.rawValue), "outcome": .text(item.outcome?.rawValue),
            "problem": .stored(item.problem),
        ]
    }

    private static func name(_ row: UUID, _ what: Import.What) -> String {
        switch what {
        case .customers: Client.ID(rawValue: row).text
        case .products: Product.ID(rawValue: row).text
        case .subscriptions: Subscription.ID(rawValue: row).text
        }
    }
}
