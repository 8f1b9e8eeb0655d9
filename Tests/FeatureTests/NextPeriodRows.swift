import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A change that waits for the next period, and plans that are tried first.
    @Suite(.freshDatabase) struct NextPeriodRows {
        @Test func `a change for the next period is seen, taken back, planned again, and happens with the renewal`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let large = try await PlanChangeRows.addPlan(portal, 5_000, workspaces: 10)
                let small = try await PlanChangeRows.addPlan(portal, 1_000, workspaces: 1)
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["plan": .string(large.id)]).target)
                let path = "/v1/subscriptions/\(id)"
                let wish: JSON = ["plan": .string(small.id), "proration": "next_period"]
                let planned = try await portal.post("\(path)/change", wish)
                #expect(planned.status == 200 && planned["items"][0]?.string("price") == large.price, "\(planned)")
                #expect(planned["pending_change"]["items"]?[0]?.string("price") == small.price, "\(planned)")
                #expect(planned["pending_change"]["plan"]?["id"] == .string(small.id))
                #expect(planned["pending_change"]["at"] == planned["current_period_end"])
                #expect(planned["plan"]["id"] == .string(large.id))
                #expect(try await PlanChangeRows.limit(portal, client) == 10)

                // What the plan would bring back is not changed beside it.
                let taxed = try await portal.put("\(path)/tax", ["enabled": false])
                #expect(taxed.status == 409 && taxed.string("code") == "change_pending", "\(taxed)")
                let kept = try await portal.delete("\(path)/pending_change")
                #expect(kept.status == 200 && kept["pending_change"] == .null, "\(kept)")
                let again = try await portal.delete("\(path)/pending_change")
                #expect(again.status == 409 && again.string("code") == "no_pending_change", "\(again)")
                let stripeID = planned.string("stripe_id") ?? ""
                let free = try await house.standIn.stripe(.get, "/v1/subscriptions/\(stripeID)", key: key)
                #expect(free["schedule"] == .null)

                let twice = try await portal.post("\(path)/change", wish)
                #expect(twice["pending_change"]["plan"]?["id"] == .string(small.id), "\(twice)")
                try await house.standIn.advance(days: 32)
                let bills = try await portal.bills(of: id, 2)
                #expect(bills.prefix(2).map { $0["amount_paid"]?["amount"]?.integerValue } == [5_000, 1_000])
                let changed = try await portal.seen(path, "the change has happened, and its schedule is gone") {
                    $0["pending_change"] == .null && $0["plan"]["id"] == .string(small.id)
                        && $0["items"][0]?.string("price") == small.price
                }
                #expect(changed["items"].arrayValue?.count == 1, "\(changed)")
                #expect(try await PlanChangeRows.limit(portal, client) == 1)
                try await eventually("the schedule is let go", within: .seconds(20)) {
                    try await house.standIn.stripe(.get, "/v1/subscriptions/\(stripeID)", key: key)["schedule"] == .null
                }
                let ending = try await portal.post("\(path)/cancel", ["at": "period_end"])
                #expect(ending.status == 200 && ending["cancel_at_period_end"] == true, "\(ending)")
                let late = try await portal.post("\(path)/change", wish)
                #expect(late.status == 409 && late.string("code") == "conflict", "\(late)")
            }
        }

        @Test func `an end with the period takes the place of a change that waits for it`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(1_000, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let path = "/v1/subscriptions/\(id)"
                let planned = try await portal.post("\(path)/change", ["quantity": 2, "proration": "next_period"])
                #expect(planned["pending_change"]["items"]?[0]?["quantity"] == 2, "\(planned)")
                let ending = try await portal.post("\(path)/cancel", ["at": "period_end"])
                #expect(ending.status == 200 && ending["cancel_at_period_end"] == true, "\(ending)")
                let seen = try await portal.get(path)
                #expect(seen["pending_change"] == .null && seen["items"][0]?["quantity"] == 1, "\(seen)")
            }
        }

        @Test func `a plan is tried before it is paid for, once for each client, and a later start is tried too`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let plan = try await PlanChangeRows.addPlan(portal, 1_000, workspaces: 1, ["trial_days": 14])
                let client = try await portal.addPayingClient(at: house.standIn)
                let sold = try await portal.buy(client, ["plan": .string(plan.id)])
                let path = "/v1/subscriptions/\(try #require(sold.target))"
                let tried = try await portal.get(path)
                #expect(tried.string("status") == "trialing" && tried["trial_days"] == 14, "\(tried)")
                #expect((tried["trial_end"].integerValue ?? 0) > Int64(Date().timeIntervalSince1970) + 13 * 86_400)
                #expect(try await portal.get("/v1/clients/\(client)/access")["state"] == "active")
                _ = try await portal.post("\(path)/cancel", ["at": "now"])
                let again = try await portal.buy(client, ["plan": .string(plan.id)])
                let second = try await portal.get("/v1/subscriptions/\(try #require(again.target))")
                #expect(second.string("status") == "active" && second["trial_days"] == 0, "\(second)")

                let later = try await portal.addPayingClient(at: house.standIn)
                let start = Int64(Date().timeIntervalSince1970) + 3 * 86_400
                let waiting = try await portal.buy(later, ["plan": .string(plan.id), "start_at": .integer(start)])
                let there = "/v1/subscriptions/\(try #require(waiting.target))"
                #expect(try await portal.get(there).string("status") == "scheduled")
                try await house.standIn.advance(days: 4)
                let begun = try await portal.seen(there, "it is tried") { $0.string("status") == "trialing" }
                #expect(begun["trial_end"] == .integer(start + 14 * 86_400), "\(begun)")
            }
        }
    }
}
