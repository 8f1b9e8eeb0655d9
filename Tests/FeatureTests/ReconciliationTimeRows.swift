import HTTPClient
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// When differences are looked for, and when they are none yet.
    @Suite(.freshDatabase) struct ReconciliationTimeRows {
        @Test func `reconciliation: what a webhook is still bringing is no difference`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop(settling: 3_600)
                _ = try await portal.sell(700, period: "monthly")
                try await house.settled()
                let product = try #require(try await house.value("SELECT stripe_product FROM app.product"))
                try await house.standIn.control(.post, "/webhooks", ["hold": true])
                let renamed = try await house.standIn.stripe(
                    .post, "/v1/products/\(product)", key: key, form: [("name", "Late news")])
                #expect(renamed.status == 200)
                let asked = try await portal.post("/v1/reconciliations", wait: nil)
                let walk = "/v1/reconciliations/\(try #require(asked.target))"
                try await portal.seen(walk, "it waits before it says anything") { $0.string("stage") == "examination" }
                #expect(try await house.value("SELECT count(*) FROM app.drift_item WHERE status = 'suspected'") == "1")
                #expect(try await portal.get("/v1/drift_items").json.members.isEmpty)
                let second = try await portal.post("/v1/reconciliations")
                #expect(second.status == 409 && second.string("code") == "reconciliation_running", "\(second)")
                try await house.standIn.control(.post, "/webhooks", ["hold": false])
                try await house.standIn.control(.post, "/webhooks/release")
                try await eventually("the webhook came", within: .seconds(30)) {
                    try await house.value("SELECT name FROM app.product") == "Late news"
                }
                try await house.settledEvents()
                // The hour goes by.
                try await house.sql("UPDATE app.tenant SET settle_seconds = 0")
                try await house.wake("reconciliation.run")
                let done = try await portal.seen(walk, "it is over") { $0.string("status") == "done" }
                #expect(done["drift"] == ["new": 0, "known": 0, "gone": 0], "\(done)")
                #expect(try await house.value("SELECT count(*) FROM app.drift_item") == "0")
                #expect(try await portal.get("/v1/events?type=drift.found").json.members.isEmpty)
            }
        }

        @Test func `webhooks: how late Stripe's events come and are applied is a figure that Prometheus reads`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                _ = try await portal.sell(700, period: "monthly")
                try await house.settled()
                let port = try #require(house.plan.healthPorts["tollgate-api"])
                let request = OutgoingRequest(
                    method: .get, url: "http://127.0.0.1:\(port)/metrics", headers: [], body: [])
                let text = String(decoding: try await house.transport.send(request).body, as: UTF8.self)
                for name in ["tollgate_webhook_arrival_lag_seconds", "tollgate_webhook_processing_lag_seconds"] {
                    let line = try #require(
                        text.split(separator: "\n").first { $0.hasPrefix("\(name)_count ") }, "\(name)")
                    #expect(line.split(separator: " ").last.flatMap { Int($0) } ?? 0 > 0, "\(line)")
                }
            }
        }

        @Test func `reconciliation: every night a walk begins by itself, some time between midnight and six`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                _ = try await portal.sell(700, period: "monthly")
                try await house.settled()
                let product = try #require(try await house.value("SELECT stripe_product FROM app.product"))
                try await house.wake("events.sweep")
                let due = """
                    SELECT to_char(min(j.run_at) AT TIME ZONE 'UTC', 'HH24') FROM jobq.job j JOIN app.command c ON c.id = j.id
                     WHERE c.kind = '%'
                    """
                for kind in ["reconciliation.nightly", "rows.forget"] {
                    let query = due.replacing("%", with: kind)
                    try await eventually("\(kind) is on the calendar", within: .seconds(30)) {
                        try await house.value(query) != nil
                    }
                    let hour = try #require(try await house.value(query).flatMap(Int.init))
                    #expect((0..<6).contains(hour))
                }
                // No look for missed events brings it before the night: those know of products too.
                try await eventually("the look is over", within: .seconds(30)) {
                    try await house.value(
                        """
                        SELECT count(*) FROM jobq.job j JOIN app.command c ON c.id = j.id
                         WHERE c.kind = 'events.sweep' AND j.state <> 2
                        """) == "0"
                }
                try await house.settled()
                try await house.sql(
                    """
                    UPDATE jobq.job j SET run_at = now() + interval '1 hour'
                      FROM app.command c WHERE c.id = j.id AND c.kind = 'events.sweep'
                    """)
                try await house.unheard {
                    _ = try await house.standIn.stripe(
                        .post, "/v1/products/\(product)", key: key, form: [("description", "New there")])
                }
                // Night falls.
                try await house.wake("reconciliation.nightly")
                try await house.wake("rows.forget")
                let walks = try await portal.seen("/v1/reconciliations", "the night's walk is over") {
                    $0.json.members.first?.string("status") == "done"
                }
                #expect(walks.json.members.map { $0.string("cause") } == ["night"], "\(walks)")
                let item = try #require(try await portal.drift().first, "\(walks)")
                #expect(
                    item.string("field") == "description" && item["ours"] == .null
                        && item.string("stripe") == "New there")
            }
        }
    }
}

extension House {
    /// Waits until every event that came is applied.
    fileprivate func settledEvents() async throws {
        try await eventually("every event is applied", within: .seconds(30)) {
            try await value("SELECT count(*) FROM app.stripe_event WHERE status = 'received'") == "0"
        }
    }
}
