import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// The first thing that has to work: a key is pasted, a client pays for a plan, renewals come.
    @Suite(.freshDatabase) struct SpineRows {
        @Test
        func `A1 B25 G3 I1: a month later the plan's second invoice is paid at its period's start, without a click`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let plan = try await PlanChangeRows.addPlan(portal, 2_500, workspaces: 3)
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["plan": .string(plan.id)]).target)
                #expect(try await portal.bills(of: id, 1).map { $0["amount_paid"]?["amount"] } == [2_500])
                let calls = try await house.standIn.lastCall()
                try await house.standIn.advance(days: 32)
                let bills = try await portal.bills(of: id, 2)
                #expect(bills.map { $0["amount_paid"]?["amount"] } == [2_500, 2_500])
                var periods: [JSON] = []
                for bill in bills {
                    let shown = try await portal.get("/v1/invoices/\(bill.string("id") ?? "")")
                    let line = try #require(shown["lines"][0], "\(shown)")
                    #expect(shown["lines"].arrayValue?.count == 1 && line["amount"] == 2_500, "\(shown)")
                    // Collected at the start of what it is for: Stripe lets a draft rest for an hour.
                    let began = line["period_start"]?.integerValue ?? 0
                    #expect((0...3_700).contains((shown["paid_at"].integerValue ?? 0) - began), "\(shown)")
                    periods.append(line)
                }
                #expect(periods[1]["period_start"] == periods[0]["period_end"])
                // Nobody asked for it: neither a portal nor we.
                let asked = try await house.standIn.writes(after: calls)
                #expect(!asked.contains { $0.path.hasPrefix("/v1/invoices") }, "\(asked)")
                let all = try await house.standIn.stripe(.get, "/v1/invoices?limit=100", key: key)
                #expect(all.json.members.count == 2)
            }
        }
    }
}
