import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Usage is billed once when its price changes, and to the last minute when its subscription ends.
    @Suite(.freshDatabase) struct MeteredChangeRows {
        private static let base: JSONObject = [
            "pricing_model": "base_fee", "interval": "day", "interval_count": 30,
            "price": ["amount": 2_500, "currency": "usd"],
        ]
        private static let minutes: JSONObject = [
            "pricing_model": "usage_based", "interval": "day", "interval_count": 30, "usage_metric": "minutes",
            "price": ["amount": 10, "currency": "usd"],
        ]

        /// Usage at Stripe's present time, which may be days ahead of the clock on the wall.
        private func use(_ seconds: Int64, _ scene: UsageRows.Scene, _ house: House) async throws {
            let meter = try await scene.portal.get("/v1/meters?metric=seconds").json.members[0]
            let event = try await house.standIn.stripe(
                .post, "/v1/billing/meter_events", key: scene.key,
                form: [
                    ("event_name", meter.string("event_name") ?? ""),
                    ("payload[stripe_customer_id]", scene.customer), ("payload[value]", String(seconds)),
                ])
            #expect(event.status == 200, "\(event)")
        }

        /// So many minutes by the client's agent, counted at Stripe.
        private func call(_ minutes: Int64, _ scene: UsageRows.Scene) async throws {
            let event = try await scene.portal.use(
                scene.agents[0], ["kind": "call", "duration_seconds": .integer(minutes * 60)])
            #expect(event.string("status") == "metered", "\(event)")
            let meter = try await scene.portal.get("/v1/meters?metric=seconds").json.members[0]
            _ = try await scene.portal.sums(of: meter, toBe: [scene.customer: minutes * 60])
        }

        private func amounts(_ bills: [JSON]) -> [Int64] {
            bills.compactMap { $0["amount_paid"]?["amount"]?.integerValue }
        }

        @Test func `V8: usage before a change of its price costs the old one, usage after it the new one`()
            async throws
        {
            try await House.with { house in
                let scene = try await UsageRows.scene(house, platform: "voice", items: [Self.minutes])
                let portal = scene.portal
                let old = try await portal.get("/v1/prices?active=true").json.members[0]
                let replaced = try await portal.post(
                    "/v1/products/\(old.string("product") ?? "")/prices",
                    [
                        "interval": "day", "interval_count": 30, "price": ["amount": 20, "currency": "usd"],
                        "replaces": old["id"] ?? .null,
                    ])
                #expect(replaced.status == 201 && replaced["meter"] == old["meter"], "\(replaced)")
                try await call(60, scene)
                try await house.standIn.advance(days: 10)
                let path = "/v1/subscriptions/\(scene.subscription)"
                let changed = try await portal.post("\(path)/change", ["price": replaced["id"]])
                #expect(changed.status == 200 && changed["items"][0]?["price"] == replaced["id"], "\(changed)")
                #expect(changed["items"].arrayValue?.count == 1, "\(changed)")
                try await house.standIn.advance(days: 1)
                try await use(30 * 60, scene, house)
                try await house.standIn.advance(days: 20)
                // 60 minutes at $0.10 and 30 at $0.20.
                let bill = try await portal.bills(of: scene.subscription, 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 1_200, "\(bill)")
                let shown = (bill["lines"]?.arrayValue ?? []).compactMap { $0["amount"]?.integerValue }
                #expect(shown.filter { $0 != 0 } == [600, 600], "\(bill)")
                try await use(60, scene, house)
                try await house.standIn.advance(days: 31)
                #expect(amounts(try await portal.bills(of: scene.subscription, 2)) == [1_200, 20])
            }
        }

        @Test func `canceled at once, the last bill is what was used so far, and nothing else ever`() async throws {
            try await House.with { house in
                let scene = try await UsageRows.scene(house, platform: "voice", items: [Self.base, Self.minutes])
                let portal = scene.portal
                #expect(amounts(try await portal.bills(of: scene.subscription, 1)) == [2_500])
                try await call(45, scene)
                try await house.standIn.advance(days: 10)
                let ended = try await portal.post("/v1/subscriptions/\(scene.subscription)/cancel", ["at": "now"])
                #expect(ended.string("status") == "canceled", "\(ended)")
                let bills = try await portal.bills(of: scene.subscription, 2)
                #expect(amounts(bills) == [2_500, 450], "\(bills)")
                try await house.standIn.advance(days: 60)
                try await house.settled()
                #expect(amounts(try await portal.bills(of: scene.subscription, 2)) == [2_500, 450])
            }
        }

        @Test func `canceled with its period, the last bill is the use of it without another fee`() async throws {
            try await House.with { house in
                let scene = try await UsageRows.scene(house, platform: "voice", items: [Self.base, Self.minutes])
                let portal = scene.portal
                let path = "/v1/subscriptions/\(scene.subscription)"
                try await call(20, scene)
                let ending = try await portal.post("\(path)/cancel", ["at": "period_end"])
                #expect(ending["cancel_at_period_end"] == true, "\(ending)")
                try await house.standIn.advance(days: 10)
                try await use(10 * 60, scene, house)
                try await house.standIn.advance(days: 21)
                try await portal.seen(path, "it is over") { $0.string("status") == "canceled" }
                #expect(amounts(try await portal.bills(of: scene.subscription, 2)) == [2_500, 300])
                try await house.standIn.advance(days: 60)
                try await house.settled()
                #expect(amounts(try await portal.bills(of: scene.subscription, 2)) == [2_500, 300])
            }
        }
    }
}
