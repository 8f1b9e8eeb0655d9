import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What becomes of a subscription that is changed before it begins.
    @Suite(.freshDatabase) struct SubscriptionRevisionRows {
        private static let day: Int64 = 86_400
        private static func inDays(_ days: Int64) -> JSON {
            .integer(Int64(Date().timeIntervalSince1970) + days * day)
        }

        /// One that begins in ten days, and its schedule at Stripe.
        private static func schedule(
            _ form: JSONObject, _ portal: APIClient, _ house: House
        ) async throws -> (client: String, id: String, schedule: String) {
            let client = try await portal.addPayingClient(at: house.standIn)
            var form = form
            form["start_at"] = inDays(10)
            let id = try #require(try await portal.buy(client, form).target)
            let waiting = try await portal.seen("/v1/subscriptions/\(id)", "it is scheduled") {
                $0.string("status") == "scheduled"
            }
            return (client, id, try #require(waiting.string("schedule_stripe_id")))
        }

        @Test func `a scheduled subscription is changed in what it sells, its coupon and its day, and bills just that`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let first = try await portal.sell(2_500, period: "monthly")
                let second = try await portal.sell(900, period: "monthly")
                let autumn = try await portal.addCoupon(["percent_off": 10, "duration": "forever"])
                let winter = try await portal.addCoupon(["percent_off": 25, "duration": "forever"])
                let sale: JSONObject = ["price": .string(first), "coupon": .string(autumn)]
                let (_, id, schedule) = try await Self.schedule(sale, portal, house)
                let path = "/v1/subscriptions/\(id)"

                let start = Self.inDays(13)
                let changed = try await portal.post(
                    "\(path)/change", ["price": .string(second), "quantity": 2, "start_at": start])
                #expect(changed.status == 200 && changed.string("status") == "scheduled", "\(changed)")
                #expect(changed["items"].arrayValue?.count == 1 && changed["items"][0]?.string("price") == second)
                #expect(changed["items"][0]?["quantity"] == 2 && changed["start_at"] == start)
                #expect(changed.string("coupon") == autumn && changed.string("schedule_stripe_id") == schedule)
                let discounted = try await portal.put("\(path)/coupon", ["coupon": .string(winter)])
                #expect(discounted.string("coupon") == winter, "\(discounted)")

                let there = try await house.standIn.stripe(.get, "/v1/subscription_schedules/\(schedule)", key: key)
                #expect(
                    there["phases"].arrayValue?.count == 1 && there["phases"][0]?["start_date"] == start, "\(there)")
                #expect(there["phases"][0]?["items"]?.arrayValue?.count == 1)
                #expect(there["phases"][0]?["metadata"]?.string("tg_id") == id)
                let all = try await house.standIn.stripe(.get, "/v1/subscription_schedules", key: key)
                #expect(all.json.members.count == 1)

                // On the old day nothing happens; on the new one 2 × $9.00 less 25 % is paid: $13.50.
                try await house.standIn.advance(days: 11)
                #expect(try await portal.get(path).string("status") == "scheduled")
                try await house.standIn.advance(days: 3)
                try await portal.seen(path, "it runs") { $0.string("status") == "active" }
                let bill = try await portal.bills(of: id, 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 1_350 && bill["subtotal"]?["amount"] == 1_800, "\(bill)")
                let running = try await portal.get(path)
                #expect(running["items"].arrayValue?.count == 1 && running["items"][0]?.string("price") == second)

                // From now on it is changed as one that runs.
                let late = try await portal.post("\(path)/change", ["start_at": Self.inDays(40)])
                #expect(late.status == 409 && late.string("param") == "start_at", "\(late)")
                let more = try await portal.post("\(path)/change", ["quantity": 3, "proration": "invoice"])
                #expect(more.status == 200 && more["items"][0]?["quantity"] == 3, "\(more)")
            }
        }

        @Test func `a coupon is taken off before the start, tax put on; what Stripe refuses changes nothing`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let first = try await portal.sell(2_500, period: "monthly")
                let autumn = try await portal.addCoupon(["percent_off": 10, "duration": "forever"])
                let sale: JSONObject = ["price": .string(first), "coupon": .string(autumn)]
                let (_, id, schedule) = try await Self.schedule(sale, portal, house)
                let path = "/v1/subscriptions/\(id)"

                for (body, code) in [
                    (["quantity": 2, "proration": "invoice"] as JSON, "invalid_combination"),
                    (["start_at": Self.inDays(-1)], "moment_out_of_range"),
                    (["start_at": Self.inDays(3_000)], "moment_out_of_range"), ([:], "parameter_missing"),
                ] {
                    let refused = try await portal.post("\(path)/change", body)
                    #expect(refused.string("code") == code, "\(body) \(refused)")
                }
                let untaxed = try await portal.put("\(path)/tax", ["enabled": true])
                #expect(untaxed.status == 409 && untaxed.string("code") == "stripe_tax_not_configured", "\(untaxed)")
                #expect(try await portal.get(path)["automatic_tax"]["enabled"] == false)

                try await house.standIn.collectTax(key: key)
                let taxed = try await portal.put(
                    "\(path)/tax", ["enabled": true, "country": "GB", "postal_code": "SW1A 1AA"])
                #expect(taxed.status == 200 && taxed["automatic_tax"]["enabled"] == true, "\(taxed)")
                let plain = try await portal.delete("\(path)/coupon")
                #expect(plain.status == 200 && plain["coupon"] == .null, "\(plain)")
                let there = try await house.standIn.stripe(.get, "/v1/subscription_schedules/\(schedule)", key: key)
                #expect(there["phases"][0]?["discounts"] == [], "\(there)")

                try await house.standIn.advance(days: 11)
                try await portal.seen(path, "it runs") { $0.string("status") == "active" }
                let bill = try await portal.bills(of: id, 1)[0]
                #expect(bill["subtotal"]?["amount"] == 2_500, "\(bill)")
                #expect(bill["discount_amount"]?["amount"] == 0 && bill["amount_paid"]?["amount"] == 3_000, "\(bill)")
            }
        }

        @Test func `one that waits for its card is changed too, and begins as it is then`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let first = try await portal.sell(2_500, period: "monthly")
                let second = try await portal.sell(900, period: "monthly")
                let client = try await portal.addClient()
                let id = try await portal.subscribe(client, to: first)
                let path = "/v1/subscriptions/\(id)"
                let changed = try await portal.post("\(path)/change", ["price": .string(second), "quantity": 3])
                #expect(changed.status == 200 && changed.string("status") == "awaiting_payment", "\(changed)")
                #expect(changed["items"].arrayValue?.count == 1 && changed["items"][0]?["quantity"] == 3)
                let there = try await house.standIn.stripe(.get, "/v1/subscriptions?status=all", key: key)
                #expect(there.json.members.isEmpty)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.seen(path, "it runs") { $0.string("status") == "active" }
                #expect(try await portal.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 2_700)
            }
        }
    }
}
