import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/usage_events`: what became of usage, and what can still be done about it.
enum UsageEvents {
    /// Newest first; `status`, `reason`, `agent` and `event_id` narrow it. `status=not_metered` is the ledger of what
    /// is not billed, with the reason and what it would have been worth (M10).
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query(
            "limit", "starting_after", "ending_before", "status", "reason", "agent", "event_id", "batch", "charge")
        let page = try call.page(query, of: UsageEvent.self)
        let agent = try call.queryID(query, "agent", of: Agent.self)
        let status = try call.queryWord(query, "status", UsageEvent.Status.self)
        let reason = query["reason"]
        let batch = try call.queryID(query, "batch", of: UsageBatch.self)
        let charge = try call.queryID(query, "charge", of: LateCharge.self)
        let isCounted = batch != nil || charge != nil
        guard !isCounted || (status == nil && agent == nil && query["event_id"] == nil) else {
            throw Problem(
                .invalidCombination, "Ask for a batch or a charge without anything else.", param: "batch")
        }
        let isLedger = status == .notMetered || status == .late || status == .voided
        guard reason == nil || isLedger else {
            throw Problem(
                .invalidCombination, "Only not_metered, late and voided events have a reason.", param: "reason")
        }
        guard query["event_id"] == nil || !isLedger else {
            throw Problem(.invalidCombination, "Ask for event_id without a status.", param: "event_id")
        }
        let rows = try await call.read { tx in
            if isCounted { return try tx.run(ListCountedUsage(page, batch: batch, charge: charge)) }
            if let eventID = query["event_id"] {
                return try tx.run(FindUsageByEventID(eventID)).filter {
                    page.holds($0.event.id.rawValue) && (agent == nil || $0.event.agent == agent)
                        && (status == nil || Self.status(of: .stored($0.entries)) == status)
                }
            }
            if isLedger, let status {
                guard let reason else { return try tx.run(ListUnbilledUsage(page, agent: agent, status: status)) }
                return try tx.run(ListUnbilledUsageByReason(page, agent: agent, status: status, reason: reason))
            }
            if status == .accepted { return try tx.run(ListAcceptedUsage(page, agent: agent)) }
            if let agent { return try tx.run(ListAgentUsage(page, agent: agent, metered: status == .metered)) }
            return try status == .metered ? tx.run(ListMeteredUsage(page)) : tx.run(ListUsageEvents(page))
        }
        let (events, hasMore) = page.cut(rows)
        return call.listed(events.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: UsageEvent.ID = try call.id("usage_event")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// Takes one back. What Stripe knows of it already is corrected, unless it is billed.
    static func void(_ call: Call) async throws -> Response {
        let id: UsageEvent.ID = try call.id("usage_event")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            guard try tx.first(FindUsageEvent(id)) != nil else { throw Problem.notFound("usage event") }
            audit(actor, tx, "usage_event.void", id.text)
            let receipt = try tx.enqueue(
                VoidUsage(event: id), waited: actor.isWaiting, target: ("usage_event", id.rawValue))
            return .accepted(receipt, kind: VoidUsage.kind, target: ("usage_event", id.text))
        }
    }

    /// Attributes anew what was not metered in the last 35 days, by the rules and the customers of today.
    static func reattribute(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let agent = fields.optional("agent", .id(of: Agent.self))
        let reason = fields.optional("reason", .line(max: 100))
        try fields.finish()
        return try await call.write { actor, tx in
            if let agent, try tx.first(FindAgent(agent)) == nil {
                throw Problem.notFound("agent", param: "agent")
            }
            audit(actor, tx, "usage.reattribute", agent?.text ?? "all")
            let receipt = try tx.enqueue(ReattributeUsage(agent: agent, reason: reason), waited: actor.isWaiting)
            return .accepted(
                receipt, kind: ReattributeUsage.kind,
                target: ("usage", Command.ID(rawValue: receipt.publicID).text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: UsageEvent.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let record = try tx.first(FindUsageEvent(id)) else { throw Problem.notFound("usage event") }
        return json(record)
    }

    private static func json(_ record: UsageRecord) -> JSON {
        let event = record.event
        let entries = JSON.stored(record.entries)
        let status = status(of: entries)
        let reason = entries.arrayValue?.first { $0["status"]?.stringValue == status.rawValue }?["reason"]
        return .object([
            "object": "usage_event", "id": .string(event.id.text), "event_id": .string(event.eventID),
            "agent": .string(event.agent.text), "kind": .string(event.kind.rawValue),
            "status": .string(status.rawValue), "reason": reason ?? .null,
            "occurred_at": .time(event.occurredAt), "received_at": .time(event.receivedAt),
            "duration_seconds": .number(event.seconds), "messages": .number(event.messages),
            "credits": event.credits.map(JSON.integer) ?? .null, "conversation_id": .text(event.conversationID),
            "analysis": .stored(event.analysis),
            "lead": [
                "email": .text(event.lead.email), "name": .text(event.lead.name), "phone": .text(event.lead.phone),
            ],
            "backfill": .bool(event.isBackfill), "entries": entries,
        ])
    }

    /// An event may count on several meters: it is metered as soon as it counts on one.
    private static func status(of entries: JSON) -> UsageEvent.Status {
        let words = Set((entries.arrayValue ?? []).compactMap { $0["status"]?.stringValue })
        if words.isEmpty { return .accepted }
        return [UsageEvent.Status.voided, .metered, .late].first { words.contains($0.rawValue) } ?? .notMetered
    }
}
