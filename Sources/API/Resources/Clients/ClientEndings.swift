import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// The end of a client, and all that is known of one.
enum ClientEndings {
    /// Ends its billing, then the client: nobody pays for what is gone. `open_invoices=void` also takes back what is
    /// still to be paid; otherwise it stays due.
    static func close(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        let query = try call.query("open_invoices")
        let choice = query["open_invoices"] ?? "keep"
        guard ["keep", "void"].contains(choice) else {
            throw Problem(.invalidQuery, "open_invoices must be keep or void.", param: "open_invoices")
        }
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClientForUpdate(id)) else { throw Problem.notFound("client") }
            guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            let running = try tx.run(ListRunningSubscriptions(of: id))
            audit(
                actor, tx, "client.close", id.text, before: Clients.json(client),
                after: [
                    "open_invoices": .string(choice),
                    "ends_subscriptions": .array(running.map { .string($0.id.text) }),
                ])
            for subscription in running {
                _ = try tx.enqueue(
                    CancelSubscription(subscription: subscription.id, client: id, at: .now), waited: false,
                    target: ("subscription", subscription.id.rawValue))
            }
            let receipt = try tx.enqueue(
                CloseClient(client: id, voidsInvoices: choice == "void"), waited: actor.isWaiting,
                target: ("client", id.rawValue))
            return .accepted(receipt, kind: CloseClient.kind, target: ("client", id.text))
        }
    }

    /// Takes a closed client's personal data away, here and at Stripe. Invoices stay: the law wants them.
    static func erase(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClientForUpdate(id)) else { throw Problem.notFound("client") }
            guard client.accessState == .closed else {
                throw Problem(.clientNotClosed, "Close the client first (DELETE): its billing ends with it.")
            }
            audit(actor, tx, "client.erase", id.text, after: ["wished": true])
            let receipt = try tx.enqueue(
                EraseClient(client: id), waited: actor.isWaiting, target: ("client", id.rawValue))
            return .accepted(receipt, kind: EraseClient.kind, target: ("client", id.text))
        }
    }

    /// At most so many rows of a table in one export, the newest.
    private static let exportRowsMax = 10_000
    /// About so many bytes of rows in one export: an answer is made in memory.
    private static let exportBytesMax = 8 * 1024 * 1024

    /// What an export holds besides the client itself: whoever asks for one may read all of it by itself.
    private static let exportScopes = [
        "access:read", "credits:read", "invoices:read", "subscriptions:read", "usage:read", "users:read",
    ]

    /// Everything held about a client, table by table, as it stands. `truncated` says of which table there is more. The
    /// audit log's share is in it where the caller may read that.
    static func export(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            guard exportScopes.allSatisfy(actor.entrance.may) else {
                throw Problem(
                    .scopeMissing, "An export holds everything: it takes \(exportScopes.joined(separator: ", ")) too.")
            }
            guard try tx.first(FindClient(id)) != nil else { throw Problem.notFound("client") }
            var tables = JSONObject()
            for share in try tx.run(ExportClient(id, rows: exportRowsMax, bytes: exportBytesMax))
            where share.name != "audit_entry" || actor.entrance.may("audit:read") {
                let rows = JSON.stored(share.rows)
                tables[share.name] = [
                    "count": .integer(share.count),
                    "truncated": .bool(share.count > Int64(rows.arrayValue?.count ?? 0)), "rows": rows,
                ]
            }
            let export: JSON = [
                "object": "client_export", "client": .string(id.text), "created": .time(actor.now),
                "tables": .object(tables),
            ]
            let kept: JSON = ["object": "client_export", "client": .string(id.text), "created": .time(actor.now)]
            audit(actor, tx, "client.export", id.text, after: kept)
            return .finishedOnce(.ok, shown: export, kept: kept)
        }
    }

    /// Everything a portal shows of a client, in one answer; what the caller may not read by itself is null in it.
    static func state(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        return try await call.reading { entrance, tx in
            guard let client = try tx.first(FindClient(id)) else { throw Problem.notFound("client") }
            return .json(
                .ok,
                [
                    "object": "client_state", "client": Clients.json(client),
                    "access": entrance.may("access:read") ? try access(id, tx) : .null,
                    "subscriptions": entrance.may("subscriptions:read") ? try subscriptions(id, tx) : .null,
                    "invoices": entrance.may("invoices:read") ? try invoices(id, tx) : .null,
                    "payment_methods": .array(client.card.map { [PaymentSetups.json($0)] } ?? []),
                ])
        }
    }

    private static func access(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let view = AccessView(try tx.run(ViewAccess(id))) else { throw Problem.notFound("client") }
        return AccessChecks.json(view)
    }

    private static func subscriptions(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        let found = try tx.run(ListSubscriptions(Page(limit: 100), client: id, status: nil))
        return .array(try found.prefix(100).map { try Subscriptions.answer($0.id, tx) })
    }

    private static func invoices(_ id: Client.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        let found = try tx.run(ListInvoices(Page(limit: 10), client: id, subscription: nil, status: nil))
        return .array(try found.prefix(10).map { try Invoices.answer($0.id, tx) })
    }
}
