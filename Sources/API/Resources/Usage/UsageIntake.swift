import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `POST /v1/usage_events` and `POST /v1/usage_backfills`: the facts in, and nothing else. What they count for is said
/// by a worker.
///
/// The unique row is the write: whoever tells the same again, after whatever went wrong, is told that it is known. So
/// there is no Idempotency-Key.
enum UsageIntake {
    /// Older events cannot be billed (F8), seconds.
    static let pastSeconds: Int64 = 35 * 86_400
    /// Events may be so far ahead, seconds: clocks differ.
    static let futureSeconds: Int64 = 300

    /// As it happens.
    static func record(_ call: Call) async throws -> Response { try await store(call, isBackfill: false) }

    /// Afterwards, on purpose: it waits for everything else.
    static func backfill(_ call: Call) async throws -> Response { try await store(call, isBackfill: true) }

    private static func store(_ call: Call, isBackfill: Bool) async throws -> Response {
        _ = try call.query()
        let given = try UsageReader(call.request.body)
        let items = given.items
        let now = call.gateway.clock.now()
        if try call.isDryRun() {
            return try await call.write { _, tx in
                var report = UsageReport(items)
                _ = try put(items, isBackfill: isBackfill, at: now, into: &report, tx)
                if given.isSingle, let problem = report.problem { throw problem }
                return .finished(.ok, try JSON.parse(report.response.body, limits: UsageReader.limits))
            }
        }
        let (report, receipt) = try await call.read { tx in
            var report = UsageReport(items)
            let receipt = try put(items, isBackfill: isBackfill, at: now, into: &report, tx)
            return (report, receipt)
        }
        if let receipt { call.gateway.kicker.kick(receipt) }
        if given.isSingle, let problem = report.problem { throw problem }
        return report.response
    }

    private static func put(
        _ items: [UsageReader.Item], isBackfill: Bool, at now: Timestamp, into report: inout UsageReport,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> CommandReceipt? {
        let agents = try UsageAgents(items, tx)
        let bounds = try tx.one(FindUsageBounds())
        var wishes = Wishes()
        for (place, item) in items.enumerated() {
            guard let fact = item.fact, let name = item.agent else { continue }
            if let issue = agents.issue(with: name) ?? issue(with: fact, bounds) {
                report[place] = .rejected([issue])
            } else if let agent = agents.place(of: name) {
                wishes.add(fact, by: agent, at: place)
            }
        }
        guard !wishes.facts.isEmpty else { return nil }
        let ids = UsageIDs(at: now)
        let uuids = wishes.facts.indices.map { ids[$0] }
        let lot = UsageLot(uuids, agents: agents.ids, of: wishes.agents, wishes.facts)
        let inserted = try tx.count(InsertUsageEvents(lot, isBackfill: isBackfill))
        for (index, place) in wishes.places.enumerated() { report[place] = .accepted(uuids[index]) }
        if inserted < uuids.count { try findKnown(lot, wishes.places, &report, tx) }
        guard inserted > 0, let first = uuids.first, let last = uuids.last else { return nil }
        tx.send(InsertUsageIntake(first: first, last: last, events: inserted, isBackfill: isBackfill))
        if isBackfill {
            let plan = AttributeBackfill.schedule(at: now)
            return try tx.enqueue(AttributeBackfill(), dedupeKey: plan.dedupeKey, runAt: plan.runAt)
        }
        let plan = AttributeUsage.schedule(at: now)
        return try tx.enqueue(AttributeUsage(), dedupeKey: plan.dedupeKey, runAt: plan.runAt)
    }

    private static func issue(
        with fact: UsageFact, _ bounds: (now: Timestamp, latest: Timestamp)
    ) -> Problem.FieldIssue? {
        if fact.occurredAt < bounds.now.seconds - pastSeconds {
            return .init(
                param: "occurred_at", code: .eventTooOld, detail: "Stripe bills no usage older than 35 days.")
        }
        if fact.occurredAt > bounds.latest.seconds + futureSeconds {
            return .init(
                param: "occurred_at", code: .eventTooFarAhead,
                detail: "Must be at most 5 minutes ahead. Is it in seconds since 1970?")
        }
        return nil
    }

    /// Which of them were known: told before, or twice in this request. The same id for another fact is a mistake that
    /// must not stay silent: one of the two would never be billed.
    private static func findKnown(
        _ lot: UsageLot, _ places: [Int], _ report: inout UsageReport, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        for known in try tx.run(CompareUsageEvents(lot)) {
            report[places[known.index]] =
                known.isSame
                ? .duplicate(known.id)
                : .rejected([
                    .init(
                        param: "event_id", code: .eventIDReused,
                        detail: "Another event was told under this event_id. The first one stays.")
                ])
        }
    }

    /// What is to be stored.
    private struct Wishes {
        var facts: [UsageFact] = []
        var agents: [Int64] = []
        var places: [Int] = []

        mutating func add(_ fact: UsageFact, by agent: Int64, at place: Int) {
            facts.append(fact)
            agents.append(agent)
            places.append(place)
        }
    }
}

/// The agents one request names, looked up once.
private struct UsageAgents {
    /// Each once; events name them by place, from 1.
    let ids: [UUID]
    private let places: [UsageReader.AgentName: (place: Int64, isActive: Bool)]

    init(_ items: [UsageReader.Item], _ tx: borrowing Transaction<TenantScope>) throws {
        let names = Set(items.compactMap(\.agent))
        var wanted: (ids: [UUID], external: [String]) = ([], [])
        for name in names {
            switch name {
            case .id(let id): wanted.ids.append(id)
            case .external(let text): wanted.external.append(text)
            }
        }
        let found = try tx.run(ListNamedAgents(ids: wanted.ids, externalIDs: wanted.external))
        ids = found.map(\.id)
        var places: [UsageReader.AgentName: (place: Int64, isActive: Bool)] = [:]
        for (index, agent) in found.enumerated() {
            places[.id(agent.id)] = (Int64(index + 1), agent.isActive)
            if let text = agent.externalID { places[.external(text)] = (Int64(index + 1), agent.isActive) }
        }
        self.places = places
    }

    func place(of name: UsageReader.AgentName) -> Int64? { places[name]?.place }

    func issue(with name: UsageReader.AgentName) -> Problem.FieldIssue? {
        guard let found = places[name] else {
            return .init(param: "agent", code: .unknownAgent, detail: "There is no such agent.")
        }
        guard found.isActive else {
            return .init(param: "agent", code: .agentArchived, detail: "The agent is archived.")
        }
        return nil
    }
}
