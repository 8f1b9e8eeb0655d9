import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What was used, as far as it is on its way to an invoice; and whether Stripe says the same.
enum UsageSums {
    /// `GET /v1/clients/{client}/usage`: of the current period, unless told otherwise.
    static func ofClient(_ call: Call) async throws -> Response {
        let id: Client.ID = try call.id("client")
        let query = try call.query("start", "end")
        let told = try window(query)
        let now = call.gateway.clock.now()
        return try await call.read { tx in
            guard try tx.first(FindClient(id)) != nil else { throw Problem.notFound("client") }
            let period = try tx.first(FindUsagePeriod(of: id))
            let start = told.start ?? period?.start.seconds ?? now.seconds - UsageIntake.pastSeconds
            let end = told.end ?? period?.end?.seconds ?? now.seconds + UsageIntake.futureSeconds
            let sums = try tx.run(SumUsage(client: id, from: start, until: end))
            return .json(
                .ok,
                [
                    "object": "client_usage", "client": .string(id.text), "start": .integer(start),
                    "end": .integer(end), "meters": .array(sums.map(json)),
                ])
        }
    }

    /// `GET /v1/meters/{meter}/summary`: by customer, with Stripe's names of what it was told (M15).
    static func ofMeter(_ call: Call) async throws -> Response {
        let id: Meter.ID = try call.id("meter")
        let query = try call.query("client", "start", "end", "starting_after")
        let client = try call.queryID(query, "client", of: Client.self)
        let told = try window(query)
        let now = call.gateway.clock.now()
        return try await call.read { tx in
            guard let meter = try tx.first(ListMeterChoices(only: id)) else { throw Problem.notFound("meter") }
            let start = told.start ?? now.seconds - UsageIntake.pastSeconds
            let end = told.end ?? now.seconds + UsageIntake.futureSeconds
            let sums = try tx.run(
                SumUsage(client: client, meter: id, from: start, until: end, after: query["starting_after"]))
            let livemode = try tx.one(FindLivemode())
            return .json(
                .ok,
                [
                    "object": "meter_summary", "meter": .string(id.text), "stripe_id": .text(meter.stripeMeter),
                    "dashboard_url": .text(
                        meter.stripeMeter.map {
                            "https://dashboard.stripe.com/\(livemode ? "" : "test/")billing/meters/\($0)"
                        }),
                    "start": .integer(start), "end": .integer(end),
                    "customers": .array(sums.prefix(SumUsage.rowsMax).map(json)),
                    "has_more": .bool(sums.count > SumUsage.rowsMax),
                ])
        }
    }

    /// Compares a window of whole minutes with Stripe's own sums now, instead of at night (V5).
    static func check(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let start = fields.required("start", .integer(0...253_402_300_740))
        let end = fields.required("end", .integer(0...253_402_300_740))
        if let start = try? start(), let end = try? end() {
            for (name, moment) in [("start", start), ("end", end)] where moment % 60 != 0 {
                fields.refuse(name, .invalidField, "Must be a whole minute.")
            }
            if end <= start { fields.refuse("end", .invalidCombination, "Must be after start.") }
        }
        try fields.finish()
        let work = CheckUsage(from: try start(), until: try end())
        return try await call.write { actor, tx in
            audit(actor, tx, "usage.check", "\(work.from)")
            let receipt = try tx.enqueue(work, waited: actor.isWaiting)
            return .accepted(
                receipt, kind: CheckUsage.kind, target: ("usage", Command.ID(rawValue: receipt.publicID).text))
        }
    }

    /// `GET /v1/usage_drifts`: where the sums differ, or did.
    static func drifts(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "open")
        let page = try call.page(query, of: UsageDrift.self)
        let open = try call.queryBool(query, "open")
        let rows = try await call.read { tx in try tx.run(ListUsageDrifts(page, open: open)) }
        let (drifts, hasMore) = page.cut(rows)
        return call.listed(drifts.map(json), hasMore: hasMore)
    }

    /// `GET /v1/usage_policy`.
    static func policy(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        json(try tx.one(FindLatePolicy()))
    }

    /// What becomes of usage that comes when its period is billed.
    static func setPolicy(_ call: Call) async throws -> Response {
        var fields = try call.fields()
        let policy = fields.required("late_usage", FieldKind<LatePolicy>.word)
        try fields.finish()
        let wish = try policy()
        return try await call.write { actor, tx in
            let before = try tx.one(FindLatePolicy())
            tx.send(MarkLatePolicy(wish))
            audit(
                actor, tx, "usage_policy.change", "usage_policy", before: ["late_usage": .string(before.rawValue)],
                after: ["late_usage": .string(wish.rawValue)])
            return .finished(.ok, json(wish))
        }
    }

    private static func window(_ query: HTTPQuery) throws -> (start: Int64?, end: Int64?) {
        func moment(_ name: String) throws -> Int64? {
            guard let text = query[name] else { return nil }
            guard let seconds = Int64(text), (0...253_402_300_799).contains(seconds) else {
                throw Problem(.invalidQuery, "\(name) must be in seconds since 1970.", param: name)
            }
            return seconds
        }
        return (try moment("start"), try moment("end"))
    }

    private static func json(_ policy: LatePolicy) -> JSON {
        ["object": "usage_policy", "late_usage": .string(policy.rawValue)]
    }

    private static func json(_ sum: UsageSum) -> JSON {
        [
            "meter": .string(sum.meter.text), "name": .string(sum.name), "metric": .string(sum.metric),
            "stripe_id": .text(sum.stripeMeter), "customer": .string(sum.customer), "value": .integer(sum.value),
            "minutes": .text(sum.minutes), "events": .integer(sum.events), "confirmed": .integer(sum.confirmed),
            "pending": .integer(sum.pending), "last_sent_at": .time(sum.lastAt),
            "identifiers": .array(sum.identifiers.map(JSON.string)),
        ]
    }

    private static func json(_ drift: UsageDrift) -> JSON {
        [
            "object": "usage_drift", "id": .string(drift.id.text), "meter": .string(drift.meter.text),
            "customer": .string(drift.customer), "start": .time(drift.from), "end": .time(drift.until),
            "events_total": .integer(drift.eventsTotal), "batches_total": .integer(drift.batchesTotal),
            "stripe_total": drift.stripeTotal.map(JSON.integer) ?? .null,
            "first_seen": .time(drift.firstSeenAt), "resolved": .time(drift.resolvedAt),
        ]
    }
}
