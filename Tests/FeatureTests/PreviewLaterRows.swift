import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A preview of what has not begun is the bill with which it begins.
    @Suite(.freshDatabase) struct PreviewLaterRows {
        private static func inDays(_ days: Int64) -> JSON {
            .integer(Int64(Date().timeIntervalSince1970) + days * 86_400)
        }

        private func period(_ bill: JSON) -> JSON? { bill["lines"]?[0]?["period_start"] }

        @Test func `E10: the preview of a scheduled subscription is its first bill, as it stands and with a change`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let first = try await portal.sell(2_500, period: "monthly")
                let second = try await portal.sell(900, period: "monthly")
                let autumn = try await portal.addCoupon(["percent_off": 10, "duration": "forever"])
                let winter = try await portal.addCoupon(["percent_off": 25, "duration": "forever"])
                let client = try await portal.addPayingClient(at: house.standIn)
                let start = Self.inDays(10)
                let sold = try await portal.buy(
                    client, ["price": .string(first), "coupon": .string(autumn), "start_at": start])
                let path = "/v1/subscriptions/\(try #require(sold.target))"
                let waiting = try await portal.seen(path, "it is scheduled") { $0.string("status") == "scheduled" }
                let schedule = "/v1/subscription_schedules/\(waiting.string("schedule_stripe_id") ?? "")"
                let before = try await house.standIn.stripe(.get, schedule, key: key)

                // $25.00 less a tenth, on its day.
                let told = try await portal.post("\(path)/preview")
                #expect(told.status == 200 && told["amount_due"]["amount"] == 2_250, "\(told)")
                #expect(told["subtotal"]["amount"] == 2_500 && told["discount_amount"]["amount"] == 250, "\(told)")
                #expect(period(told.json) == start, "\(told)")
                // 2 × $9.00 less a tenth; less a quarter; a day later.
                let cheaper = try await portal.post("\(path)/preview", ["price": .string(second), "quantity": 2])
                #expect(cheaper["amount_due"]["amount"] == 1_620, "\(cheaper)")
                #expect(period(cheaper.json) == start, "\(cheaper)")
                let later = Self.inDays(13)
                var wish: JSONObject = ["price": .string(second), "quantity": 2, "start_at": later]
                let change = wish
                wish["coupon"] = .string(winter)
                let most = try await portal.post("\(path)/preview", .object(wish))
                #expect(most["amount_due"]["amount"] == 1_350, "\(most)")
                #expect(period(most.json) == later, "\(most)")
                let discounted = try await portal.post("\(path)/preview", ["coupon": .string(winter)])
                #expect(discounted["amount_due"]["amount"] == 1_875, "\(discounted)")

                // Nothing came of asking.
                let after = try await house.standIn.stripe(.get, schedule, key: key)
                #expect(after.json == before.json)
                let seen = try await portal.get(path)
                #expect(seen["items"] == waiting["items"] && seen["coupon"] == waiting["coupon"], "\(seen)")

                for (body, code) in [
                    (["quantity": 2, "proration": "invoice"] as JSON, "invalid_combination"),
                    (["start_at": Self.inDays(-1)], "moment_out_of_range"),
                ] {
                    let refused = try await portal.post("\(path)/preview", body)
                    #expect(refused.status == 422 && refused.string("code") == code, "\(refused)")
                }

                let changed = try await portal.post("\(path)/change", .object(change))
                #expect(changed.status == 200, "\(changed)")
                _ = try await portal.put("\(path)/coupon", ["coupon": .string(winter)])
                try await house.standIn.advance(days: 14)
                let bill = try await portal.bills(of: sold.target ?? "", 1)[0]
                for field in ["subtotal", "discount_amount", "total", "amount_due"] {
                    #expect(bill[field] == most[field], "\(field): \(bill) \(most)")
                }
                // From here on it is previewed as one that runs.
                let next = try await portal.post("\(path)/preview")
                #expect(next["amount_due"]["amount"] == 1_350, "\(next)")
                let late = try await portal.post("\(path)/preview", ["start_at": Self.inDays(40)])
                #expect(late.status == 409 && late.string("param") == "start_at", "\(late)")
            }
        }

        @Test func `what waits for its client's card is previewed as it will be billed`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let sold = try await portal.buy(client, ["price": .string(price), "quantity": 2])
                let path = "/v1/subscriptions/\(try #require(sold.target))"
                #expect(try await portal.get(path).string("status") == "awaiting_payment")
                let told = try await portal.post("\(path)/preview")
                #expect(told.status == 200 && told["amount_due"]["amount"] == 5_000, "\(told)")
                let more = try await portal.post("\(path)/preview", ["quantity": 3])
                #expect(more["amount_due"]["amount"] == 7_500, "\(more)")
                try await portal.saveCard(client, at: house.standIn)
                let bill = try await portal.bills(of: sold.target ?? "", 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 5_000, "\(bill)")
            }
        }
    }
}
