import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/events`: what the portal was told, and is told again on request.
enum PortalEvents {
    /// Newest first; of one type or about one subject.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "type", "subject")
        let page = try call.page(query, of: PortalEvent.self)
        let rows = try await call.read { tx in
            try tx.run(ListPortalEvents(page, type: query["type"], subject: query["subject"]))
        }
        let (events, hasMore) = page.cut(rows)
        return call.listed(events.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: PortalEvent.ID = try call.id("event")
        return try await call.read { tx in
            guard let event = try tx.first(FindPortalEvent(id)) else { throw Problem.notFound("event") }
            return .json(.ok, json(event))
        }
    }

    /// Sends one again to every endpoint that wants it; a test to the endpoint that was tested.
    static func redeliver(_ call: Call) async throws -> Response {
        let id: PortalEvent.ID = try call.id("event")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            guard try tx.first(FindPortalEvent(id)) != nil else { throw Problem.notFound("event") }
            let count = try tx.one(RedeliverEvent(id))
            audit(actor, tx, "event.redeliver", id.text, after: ["deliveries": .integer(count)])
            return .finished(
                .accepted, ["object": "redelivery", "event": .string(id.text), "deliveries": .integer(count)])
        }
    }

    /// Sends again what no endpoint took since a time; at most 1,000 deliveries at once, the oldest first.
    static func redeliverMissed(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let since = fields.required("since", .integer(0...Int64(Int32.max) * 2))
        try fields.finish()
        let start = try since()
        return try await call.write { actor, tx in
            let count = try tx.one(RedeliverMissed(since: start))
            audit(actor, tx, "event.redeliver_missed", "since:\(start)", after: ["deliveries": .integer(count)])
            return .finished(.accepted, ["object": "redelivery", "event": .null, "deliveries": .integer(count)])
        }
    }

    /// How an event looks outside.
    static func json(_ event: PortalEventRecord) -> JSON {
        [
            "object": "event", "id": .string(event.id.text), "type": .string(event.type),
            "subject": .string(event.subject), "sequence": .integer(event.seq), "data": .stored(event.body),
            "livemode": .bool(event.livemode), "created": .time(event.createdAt),
        ]
    }
}
