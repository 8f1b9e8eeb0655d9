import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Subscriptions as the agency's form makes them (seed 1E).
    @Suite(.freshDatabase) struct SubscriptionRows {
        @Test func `E2 E3 E4: from today on, one subscription for three of the client's own agents`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Agent",
                    [
                        "pricing_model": "base_fee", "billing_period": "monthly",
                        "price": ["amount": 2_500, "currency": "usd"],
                    ])
                let client = try await portal.addPayingClient(at: house.standIn)
                let other = try await portal.addClient()
                var agents: [String] = []
                for _ in 0..<3 { agents.append(try await portal.addAgent(of: client)) }
                let foreign = try await portal.addAgent(of: other)
                let form: JSONObject = ["product": product["id"], "client": .string(client)]
                let offered = try await portal.get("/v1/agents?client=\(client)").json.members
                #expect(offered.compactMap { $0.string("id") }.sorted() == agents.sorted(), "and nobody else's")

                var wrong = form
                wrong["agents"] = [.string(agents[0]), .string(foreign)]
                let refused = try await portal.post("/v1/subscriptions", .object(wrong))
                #expect(refused.status == 422 && refused.string("code") == "agent_not_of_client", "\(refused)")
                #expect(refused.string("param") == "agents[1]")

                // As a form's date of today comes in: its midnight.
                let today = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400
                let sold = try await portal.buy(
                    client,
                    [
                        "product": product["id"], "agents": .array(agents.prefix(2).map(JSON.string)),
                        "start_at": .integer(today),
                    ])
                let id = try #require(sold.target)
                let started = try await portal.seen("/v1/subscriptions/\(id)", "it runs") {
                    $0.string("status") == "active"
                }
                #expect(try await portal.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 2_500)
                #expect(started["agents"].arrayValue?.count == 2)
                let added = try await portal.post(
                    "/v1/subscriptions/\(id)/agents", ["agents": [.string(agents[2])]], wait: nil)
                #expect(added["agents"].arrayValue?.compactMap(\.stringValue).sorted() == agents.sorted())
                let there = try await house.standIn.stripe(.get, "/v1/subscriptions?status=all", key: key)
                #expect(there.json.members.count == 1)
                #expect(there.json.members[0]["items"]?["data"]?.arrayValue?.count == 1)

                // The same product is not sold twice; an agent leaves; what is not there is told.
                let twice = try await portal.post("/v1/subscriptions", .object(form))
                #expect(twice.status == 409 && twice.string("code") == "subscription_exists")
                let gone = try await portal.delete("/v1/subscriptions/\(id)/agents", ["agents": [.string(agents[0])]])
                #expect(gone["agents"].arrayValue?.count == 2, "\(gone)")
                let again = try await portal.delete("/v1/subscriptions/\(id)/agents", ["agents": [.string(agents[0])]])
                #expect(again.status == 404)
            }
        }

        @Test func `E6 I1 I2 I3 I4 I5 I6: a base fee in advance and the use of all agents after it, on one invoice`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let base = try await portal.makePrice([
                    "pricing_model": "base_fee", "billing_period": "monthly",
                    "price": ["amount": 2_500, "currency": "usd"],
                ])
                let minutes = try await portal.makePrice([
                    "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "minutes",
                    "price": ["amount": 5, "currency": "usd"],
                ])
                let client = try await portal.addPayingClient(at: house.standIn)
                var agents: [JSON] = []
                for _ in 0..<3 { agents.append(.string(try await portal.addAgent(of: client))) }
                let id = try #require(
                    try await portal.buy(
                        client,
                        [
                            "agents": .array(agents),
                            "items": [["price": base["id"] ?? .null], ["price": minutes["id"] ?? .null]],
                        ]
                    ).target)
                // The first cycle: only the base fee, at its start.
                let first = try await portal.bills(of: id, 1)[0]
                #expect(first["amount_paid"]?["amount"] == 2_500)
                let lines = try await portal.get("/v1/invoices/\(first.string("id") ?? "")")["lines"].arrayValue ?? []
                #expect(lines.allSatisfy { $0["amount"] == 2_500 || $0["amount"] == 0 })

                // 10, 20 and 30 minutes of three agents.
                let meter = try await portal.get("/v1/meters?metric=seconds").json.members[0]
                let customer = try await portal.get("/v1/clients/\(client)").string("stripe_id") ?? ""
                for seconds in ["600", "1200", "1800"] {
                    let event = try await house.standIn.stripe(
                        .post, "/v1/billing/meter_events", key: key,
                        form: [
                            ("event_name", meter.string("event_name") ?? ""),
                            ("payload[stripe_customer_id]", customer), ("payload[value]", seconds),
                        ])
                    #expect(event.status == 200, "\(event)")
                }
                try await house.standIn.advance(days: 32)
                let second = try await portal.bills(of: id, 2)[1]
                #expect(second["amount_paid"]?["amount"] == 2_800, "\(second)")
                let shown = try await portal.seen("/v1/invoices/\(second.string("id") ?? "")", "its lines") {
                    $0["lines"].arrayValue?.count == 2
                }
                let both = shown["lines"].arrayValue ?? []
                let fee = try #require(both.first { $0["amount"] == 2_500 })
                let use = try #require(both.first { $0["amount"] == 300 })
                // The new period's fee and the old period's use.
                #expect(fee["period_start"]?.integerValue == use["period_end"]?.integerValue)
                #expect(use["price_stripe_id"] == minutes["stripe_id"])
            }
        }

        @Test func `E10: a later start is scheduled, becomes active on its day, and can be taken back before`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let second = try await portal.sell(900, period: "monthly")
                let client = try await portal.addClient()
                let start = Int64(Date().timeIntervalSince1970) + 10 * 86_400
                let form: JSONObject = ["price": .string(price), "start_at": .integer(start)]
                let id = try #require(try await portal.buy(client, form).target)
                #expect(try await portal.get("/v1/subscriptions/\(id)").string("status") == "awaiting_payment")
                try await portal.saveCard(client, at: house.standIn)
                let waiting = try await portal.seen("/v1/subscriptions/\(id)", "it is scheduled") {
                    $0.string("status") == "scheduled" && $0.string("schedule_stripe_id") != nil
                }
                #expect(waiting.string("stripe_id") == nil)
                let other = try #require(
                    try await portal.buy(client, ["price": .string(second), "start_at": .integer(start)]).target)
                try await portal.seen("/v1/subscriptions?status=scheduled", "both are in the section") {
                    $0.json.members.count == 2
                }
                let canceled = try await portal.post("/v1/subscriptions/\(other)/cancel")
                #expect(canceled.string("status") == "canceled", "\(canceled)")
                let schedules = try await house.standIn.stripe(.get, "/v1/subscription_schedules", key: key)
                #expect(
                    schedules.json.members.compactMap { $0.string("status") }.sorted() == ["canceled", "not_started"])
                try await house.standIn.advance(days: 12)
                try await portal.seen("/v1/subscriptions/\(id)", "it runs") { $0.string("status") == "active" }
                #expect(try await portal.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 2_500)
                #expect(try await portal.get("/v1/subscriptions?status=scheduled").json.members.isEmpty)
            }
        }

        @Test func `E11: a value-based product counts a boolean field that every agent has`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Agent",
                    [
                        "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "value_based",
                        "price": ["amount": 100, "currency": "usd"],
                    ])
                let client = try await portal.addPayingClient(at: house.standIn)
                let fields: JSON = [
                    ["key": "appointment_booked", "type": "boolean"], ["key": "mood", "type": "string"],
                ]
                let agent = try await portal.addAgent(of: client, ["platform": "retell", "analysis_fields": fields])
                let bare = try await portal.addAgent(of: client, ["platform": "vapi"])
                var form: JSONObject = [
                    "client": .string(client), "product": product["id"], "agents": [.string(agent)],
                ]
                let missing = try await portal.post("/v1/subscriptions", .object(form))
                #expect(missing.status == 422 && missing.string("code") == "analysis_field_missing", "\(missing)")
                #expect(missing.string("param") == "analysis_field")
                form["analysis_field"] = "mood"
                let text = try await portal.post("/v1/subscriptions", .object(form))
                #expect(text.status == 422 && text.string("code") == "analysis_field_not_boolean", "\(text)")
                form["analysis_field"] = "appointment_booked"
                let sold = try await portal.post("/v1/subscriptions", .object(form))
                #expect(sold.status < 300, "\(sold)")
                let id = try #require(sold.target)
                let stored = try await portal.get("/v1/subscriptions/\(id)")
                #expect(stored["items"][0]?.string("analysis_field") == "appointment_booked")
                let refused = try await portal.post(
                    "/v1/subscriptions/\(id)/agents", ["agents": [.string(bare)]], wait: nil)
                #expect(refused.string("code") == "analysis_field_not_boolean", "\(refused)")
            }
        }

        @Test func `E13 E14: a client's key sells nothing, and nobody comes in before a card is saved`() async throws {
            try await House.with { house in
                let tenant = try await house.newPortal()
                try await tenant.connect()
                let price = try await tenant.sell(2_500, period: "monthly")
                let client = try await tenant.addClient()
                let id = try await house.value("SELECT public_id::text FROM app.tenant LIMIT 1") ?? ""
                let reader = try await house.newKey(
                    of: try #require(UUID(uuidString: id)),
                    scopes: ["access:read", "clients:read", "subscriptions:read", "invoices:read", "catalog:read"])
                for (path, body) in [
                    ("/v1/subscriptions", ["client": .string(client), "price": .string(price)] as JSON),
                    ("/v1/products", ["name": "x"]), ("/v1/coupons", ["name": "x"]),
                ] {
                    let refused = try await reader.post(path, body)
                    #expect(refused.status == 403 && refused.string("code") == "scope_missing", "\(path) \(refused)")
                }
                _ = try await tenant.subscribe(client, to: price)
                let closed = try await reader.get("/v1/clients/\(client)/access")
                #expect(closed.string("state") == "awaiting_payment" && closed["allowed"] != true, "\(closed)")
                try await tenant.saveCard(client, at: house.standIn)
                try await reader.wait(for: client, toBe: "active")
            }
        }
    }
}
