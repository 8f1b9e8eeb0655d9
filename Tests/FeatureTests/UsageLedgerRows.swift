import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Usage that did not count at first, and the equation of events, batches and Stripe's sums.
    @Suite(.freshDatabase) struct UsageLedgerRows {
        /// A bot whose leads' own customers pay by e-mail.
        private func scene(_ house: House) async throws -> (
            portal: APIClient, key: String, bot: String, payer: (client: String, stripe: String), meter: JSON
        ) {
            let (portal, key) = try await house.newShop()
            let payer = try await portal.addCustomer("Bakery", mail: "a@bakery.example")
            let meter = try await portal.addMeter("messages")
            let bot = try await portal.addBot(of: payer.client)
            let rule: JSON = [
                "meter": meter["id"] ?? .null, "metering_type": "messages", "customer_mode": "dynamic",
            ]
            let saved = try await portal.put("/v1/agents/\(bot)/metering_rule", rule, wait: nil)
            guard saved.status == 200 else { throw NeverHappened("a rule: \(saved)") }
            return (portal, key, bot, payer, meter)
        }

        @Test func `M10: a trial says who would pay and keeps nothing; what had no customer counts once there is one`()
            async throws
        {
            try await House.with { house in
                let (portal, key, bot, payer, meter) = try await scene(house)
                func trial(_ mail: String) async throws -> JSON? {
                    let tried = try await portal.post(
                        "/v1/agents/\(bot)/metering_rule/test", ["event": ["lead": ["email": .string(mail)]]], wait: nil
                    )
                    #expect(tried.status == 200 && tried["would_be"].arrayValue?.count == 1, "\(tried)")
                    return tried["would_be"][0]
                }
                let calls = try await house.standIn.lastCall()
                let known = try await trial("A@bakery.example")
                #expect(
                    known?["status"] == "metered" && known?["customer"] == .string(payer.stripe), "\(known ?? .null)")
                #expect(known?["value"] == 1)
                let unknown = try await trial("b@florist.example")
                #expect(unknown?["status"] == "not_metered" && unknown?["reason"] == "customer_not_found")
                #expect(try await portal.get("/v1/usage_events").json.members.isEmpty)

                let lead: JSONObject = ["lead": ["email": "b@florist.example"]]
                let early = try await portal.use(bot, lead)
                let old = try await portal.use(bot, lead)
                #expect(early.string("status") == "not_metered" && early.string("reason") == "customer_not_found")
                let sent = try await house.standIn.calls(after: calls).filter { $0.path.hasSuffix("/meter_events") }
                #expect(sent.isEmpty, "\(sent)")
                // One of them waited for 36 days: Stripe would not take it any more.
                let name = old.string("event_id") ?? ""
                try await house.sql(
                    """
                    SET session_replication_role = replica;
                    UPDATE app.usage_event SET occurred_at = now() - interval '36 days' WHERE event_id = '\(name)'
                    """)
                let florist = try await portal.addCustomer("Florist", mail: "b@florist.example")
                let again = try await portal.post("/v1/usage_events/reattribute", ["reason": "customer_not_found"])
                #expect(again.status == 200 && again.string("status") == "succeeded", "\(again)")
                let counted = try await portal.seen("/v1/usage_events/\(early.string("id") ?? "")", "it counts") {
                    $0.string("status") == "metered"
                }
                #expect(counted["entries"].arrayValue?.last?.string("customer") == florist.stripe, "\(counted)")
                _ = try await portal.sums(of: meter, toBe: [florist.stripe: 1])
                #expect(try await house.standIn.summary(of: meter, florist.stripe, key: key) == 1)
                let left = try await portal.get("/v1/usage_events/\(old.string("id") ?? "")")
                #expect(left.string("status") == "not_metered", "\(left)")
            }
        }

        @Test func `usage told afterwards counts once, whether it was told as it happened or is told so later`()
            async throws
        {
            try await House.with { house in
                let (portal, _, bot, payer, meter) = try await scene(house)
                let now = Int64(Date().timeIntervalSince1970)
                func event(_ name: String, daysAgo days: Int64) -> JSON {
                    [
                        "event_id": .string(name), "agent": .string(bot), "occurred_at": .integer(now - days * 86_400),
                        "lead": ["email": "a@bakery.example"],
                    ]
                }
                let live = try await portal.post("/v1/usage_events", event("live", daysAgo: 0), wait: nil)
                #expect(live["results"][0]?.string("status") == "accepted", "\(live)")
                let backfill: JSON = [
                    "events": [
                        event("live", daysAgo: 0), event("older", daysAgo: 20), event("oldest", daysAgo: 40),
                        event("old", daysAgo: 2),
                    ]
                ]
                let told = try await portal.post("/v1/usage_backfills", backfill, wait: nil)
                #expect(told.status == 200, "\(told)")
                let results = told["results"].arrayValue ?? []
                #expect(
                    results.map { $0.string("status") } == ["duplicate", "accepted", "rejected", "accepted"], "\(told)")
                #expect(results.count == 4 && results[2]["errors"]?[0]?.string("code") == "event_too_old", "\(told)")
                let again = try await portal.post("/v1/usage_events", event("older", daysAgo: 20), wait: nil)
                #expect(again["results"][0]?.string("status") == "duplicate", "\(again)")
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 3])
            }
        }

        @Test func `what Stripe reports as not counted reaches its events, and counts after all once it is mended`()
            async throws
        {
            try await House.with { house in
                let (portal, key, bot, payer, meter) = try await scene(house)
                try await portal.seen("/v1/payment_processor", "reports are heard of") {
                    $0["webhook"]["meter_errors"]?.string("status") == "registered"
                }
                // The agency deletes the customer at Stripe, and no webhook tells.
                _ = try await house.unheard {
                    try await house.standIn.stripe(.delete, "/v1/customers/\(payer.stripe)", key: key)
                }
                let told = try await portal.use(bot, ["lead": ["email": "a@bakery.example"]])
                let path = "/v1/usage_events/\(told.string("id") ?? "")"
                let reported = try await portal.seen(path, "the report is here") {
                    $0.string("status") == "not_metered"
                }
                #expect(reported.string("reason") == "meter_event_customer_not_found", "\(reported)")
                let list = "/v1/usage_events?status=not_metered&reason=meter_event_customer_not_found"
                #expect(try await portal.get(list).json.members.map { $0["id"] } == [told["id"]])
                let events = try await portal.get("/v1/events?type=usage.not_metered").json.members
                #expect(events.count == 1, "\(events)")

                // The customer is made again, and what it used is attributed anew.
                try await house.sql("UPDATE app.tenant SET settle_seconds = 0")
                try await house.settled()
                _ = try await portal.reconcile()
                let gone = try await portal.drift().first { $0.string("object_kind") == "customer" }
                #expect(try await portal.repair(gone, "to_stripe").string("status") == "repaired")
                let anew = try #require(try await portal.get("/v1/clients/\(payer.client)").string("stripe_id"))
                #expect(anew != payer.stripe)
                _ = try await portal.post("/v1/usage_events/reattribute")
                try await portal.seen(path, "it counts") { $0.string("status") == "metered" }
                try await eventually("Stripe counts it for the new customer", within: .seconds(30)) {
                    try await house.standIn.summary(of: meter, anew, key: key) == 1
                }
            }
        }

        @Test
        func
            `events, batches and Stripe's sums are compared by night and by wish; what differs is told once`()
            async throws
        {
            try await House.with { house in
                let (portal, key, bot, payer, meter) = try await scene(house)
                for _ in 0..<3 { try await portal.use(bot, ["lead": ["email": "a@bakery.example"]]) }
                _ = try await portal.sums(of: meter, toBe: [payer.stripe: 3])
                let today = Int64(Date().timeIntervalSince1970) / 86_400 * 86_400
                let window: JSON = ["start": .integer(today), "end": .integer(today + 86_400)]
                func check() async throws -> JSON {
                    let done = try await portal.post("/v1/usage_checks", window)
                    #expect(done.string("status") == "succeeded", "\(done)")
                    return done["result"]
                }
                #expect(try await check() == ["compared": 1, "different": 0])
                #expect(try await portal.get("/v1/usage_drifts").json.members.isEmpty)

                // Somebody else tells Stripe of usage on the same meter.
                let foreign = try await house.standIn.stripe(
                    .post, "/v1/billing/meter_events", key: key,
                    form: [
                        ("event_name", meter.string("event_name") ?? ""),
                        ("payload[stripe_customer_id]", payer.stripe), ("payload[value]", "4"),
                    ])
                #expect(foreign.status == 200)
                // Night falls: the comparison is on the calendar by itself.
                try await house.wake("usage.check")
                let drifts = try await portal.seen("/v1/usage_drifts?open=true", "the difference is written down") {
                    $0.json.members.count == 1
                }
                let drift = drifts.json.members[0]
                #expect(
                    drift["events_total"] == 3 && drift["batches_total"] == 3 && drift["stripe_total"] == 7, "\(drift)")
                #expect(drift.string("customer") == payer.stripe && drift["meter"] == meter["id"])
                let told = try await portal.get("/v1/events?type=drift.found").json.members
                #expect(told.map { $0["subject"] } == [drift["id"]])
                #expect(try await check() == ["compared": 1, "different": 1])
                #expect(try await portal.get("/v1/usage_drifts").json.members.count == 1, "told once")
                // They take it back: equal again, and closed.
                let name = ("identifier", foreign.string("identifier") ?? "")
                let back = try await house.standIn.stripe(
                    .post, "/v1/billing/meter_event_adjustments", key: key,
                    form: [
                        ("event_name", meter.string("event_name") ?? ""), ("type", "cancel"),
                        ("cancel[\(name.0)]", name.1),
                    ])
                #expect(back.status == 200, "\(back)")
                #expect(try await check() == ["compared": 1, "different": 0])
                #expect(try await portal.get("/v1/usage_drifts?open=true").json.members.isEmpty)
            }
        }
    }
}
