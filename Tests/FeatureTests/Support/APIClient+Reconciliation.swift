import HTTPTypes
import TestSupport

extension APIClient {
    /// Compares everything now; gives the walk when it is over.
    func reconcile() async throws -> Answer {
        let asked = try await post("/v1/reconciliations")
        guard let id = asked.target, asked.status < 300 else { throw NeverHappened("a walk: \(asked)") }
        return try await seen("/v1/reconciliations/\(id)", "the walk is over", within: .seconds(60)) {
            $0.string("status") != "running"
        }
    }

    /// The open differences.
    func drift() async throws -> [JSON] { try await get("/v1/drift_items?status=open&limit=100").json.members }

    /// Makes one the same on both sides.
    func repair(_ item: JSON?, _ direction: String) async throws -> Answer {
        try await post("/v1/drift_items/\(item?.string("id") ?? "")/repair", ["direction": .string(direction)])
    }
}

extension House {
    /// A shop in which differences need not be looked at twice over a minute.
    func newAttentiveShop(settling seconds: Int = 0) async throws -> (portal: APIClient, stripeKey: String) {
        let shop = try await newShop()
        try await sql("UPDATE app.tenant SET settle_seconds = \(seconds)")
        return shop
    }

    /// The agency changes something at Stripe, and no webhook tells of it. Nor does one of before: its look would see
    /// the change.
    func unheard<Output>(_ change: () async throws -> Output) async throws -> Output {
        try await settled()
        try await standIn.control(.post, "/webhooks", ["drop_next": 1_000])
        let output = try await change()
        try await standIn.control(.post, "/webhooks", ["drop_next": 0])
        return output
    }

    /// Waits until every event that came is applied and no command about anything is alive.
    func settled() async throws {
        do {
            try await eventually("everything has come to rest", within: .seconds(30)) {
                let outbox = try await standIn.control(.get, "/webhooks")
                let alive = try await restless()
                return outbox["waiting"] == 0 && alive.isEmpty
            }
        } catch let failure as NeverHappened {
            throw NeverHappened("\(failure): \(try await restless())")
        }
    }

    /// The events that wait and the commands that are alive, but those that look at everything again and again.
    private func restless() async throws -> [String] {
        try await sql(
            """
            SELECT type || ' ' || coalesce(object_id, '') FROM app.stripe_event WHERE status = 'received'
            UNION ALL
            SELECT c.kind || ' state ' || j.state || ' failures ' || j.failures || ' at ' || coalesce(j.run_at::text, '')
              FROM app.command c LEFT JOIN jobq.job j ON j.id = c.id
             WHERE c.outcome IS NULL
               AND (c.target_id IS NOT NULL OR c.kind IN ('event.apply', 'credits.refresh', 'catalogue.import'))
            """
        ).compactMap { $0[0] }
    }

    /// Has the next scheduled job of a kind run now.
    func wake(_ kind: String) async throws {
        try await eventually("\(kind) is on the calendar", within: .seconds(30)) {
            let woken = try await sql(
                """
                UPDATE jobq.job SET run_at = now() WHERE state = 2
                   AND id IN (SELECT id FROM app.command WHERE kind = '\(kind)' AND outcome IS NULL) RETURNING id
                """)
            return !woken.isEmpty
        }
    }
}
