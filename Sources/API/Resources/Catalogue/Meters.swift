import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/meters`: what Stripe adds up; those made in its dashboard too (B16, B17).
enum Meters {
    /// Newest first; `status` and `metric` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "status", "metric")
        let page = try call.page(query, of: Meter.self)
        let status = try call.queryWord(query, "status", Meter.Status.self)
        let metric = try call.queryWord(query, "metric", Meter.Metric.self)
        let rows = try await call.read { tx in try tx.run(ListMeters(page, status: status, metric: metric)) }
        let (meters, hasMore) = page.cut(rows)
        return call.listed(meters.map(json), hasMore: hasMore)
    }

    /// One.
    static func show(_ call: Call) async throws -> Response {
        let id: Meter.ID = try call.id("meter")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// A new one; several products may use it.
    static func create(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let name = fields.required("display_name", .line(max: 250))
        let metric = fields.required("metric", FieldKind<Meter.Metric>.word)
        let event = fields.optional("event_name", .line(max: 100))
        let formula = fields.optional("formula", FieldKind<Meter.Formula>.word) ?? .sum
        let customerKey = fields.optional("customer_key", .line(max: 100)) ?? "stripe_customer_id"
        let valueKey = fields.optional("value_key", .line(max: 100)) ?? "value"
        try fields.finish()
        let (displayName, counted) = (try name(), try metric())
        return try await call.write { actor, tx in
            try PaymentProcessors.requireConnection(tx)
            let id = Meter.ID.new(at: actor.now)
            tx.send(
                InsertMeter(
                    id, eventName: event ?? Meter.eventName(counted, id), displayName: displayName, metric: counted,
                    formula: formula, customerKey: customerKey, valueKey: valueKey))
            audit(actor, tx, "meter.create", id.text, after: ["metric": .string(counted.rawValue)])
            return try accepted(.make, id, actor, tx)
        }
    }

    /// It takes no more events.
    static func deactivate(_ call: Call) async throws -> Response { try await change(call, .deactivate) }

    /// It takes events again.
    static func reactivate(_ call: Call) async throws -> Response { try await change(call, .reactivate) }

    private static func change(_ call: Call, _ wish: PublishMeter.Wish) async throws -> Response {
        let id: Meter.ID = try call.id("meter")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            guard let meter = try tx.first(FindMeter(id)) else { throw Problem.notFound("meter") }
            audit(actor, tx, "meter.\(wish.rawValue)", id.text, before: ["status": .string(meter.status.rawValue)])
            return try accepted(wish, id, actor, tx)
        }
    }

    private static func accepted(
        _ wish: PublishMeter.Wish, _ id: Meter.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(
            PublishMeter(meter: id, wish: wish), waited: actor.isWaiting, target: ("meter", id.rawValue))
        return .accepted(receipt, kind: PublishMeter.kind, target: ("meter", id.text))
    }

    /// The resource as it stands.
    static func answer(_ id: Meter.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let meter = try tx.first(FindMeter(id)) else { throw Problem.notFound("meter") }
        return json(meter)
    }

    private static func json(_ meter: Meter) -> JSON {
        .object([
            "object": "meter", "id": .string(meter.id.text), "display_name": .string(meter.displayName),
            "event_name": .string(meter.eventName), "metric": .string(meter.metric.rawValue),
            "formula": .string(meter.formula.rawValue), "customer_key": .string(meter.customerKey),
            "value_key": .string(meter.valueKey), "status": .string(meter.status.rawValue),
            "product": .text(meter.product?.text), "stripe_id": .text(meter.stripeMeter),
            "problem": .stored(meter.problem), "created": .time(meter.createdAt), "updated": .time(meter.updatedAt),
        ])
    }
}
