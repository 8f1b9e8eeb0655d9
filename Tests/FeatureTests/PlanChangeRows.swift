import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Who changes from one plan to another has what the other grants.
    @Suite(.freshDatabase) struct PlanChangeRows {
        /// A plan of one monthly price that grants so many workspaces; gives its id and its price.
        static func addPlan(
            _ portal: APIClient, _ amount: Int64, workspaces: Int64, _ more: JSONObject = [:]
        ) async throws -> (id: String, price: String) {
            let price = try await portal.sell(amount, period: "monthly")
            var form: JSONObject = [
                "name": "Plan", "prices": [["price": .string(price)]],
                "quotas": [["feature": "workspaces", "type": "static", "limit": .integer(workspaces)]],
            ]
            for entry in more { form[entry.key] = entry.value }
            let plan = try await portal.post("/v1/plans", .object(form))
            guard let id = plan.string("id"), plan.status == 201 else { throw NeverHappened("a plan: \(plan)") }
            return (id, price)
        }

        static func limit(_ portal: APIClient, _ client: String) async throws -> JSON {
            try await portal.post(
                "/v1/entitlements/check", ["client": .string(client), "feature": "workspaces"], wait: nil)["limit"]
        }

        @Test func `B23: another plan's quotas count as soon as it is paid for, and none when prices are sold alone`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let small = try await Self.addPlan(portal, 1_000, workspaces: 1)
                let large = try await Self.addPlan(portal, 5_000, workspaces: 10)
                let alone = try await portal.sell(700, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let sold = try await portal.buy(client, ["plan": .string(small.id)])
                let path = "/v1/subscriptions/\(try #require(sold.target))"
                #expect(try await portal.get(path)["plan"] == ["id": .string(small.id), "version": 1])
                #expect(try await Self.limit(portal, client) == 1)

                let changed = try await portal.post(
                    "\(path)/change", ["plan": .string(large.id), "proration": "invoice"])
                #expect(changed.status == 200 && changed["items"][0]?.string("price") == large.price, "\(changed)")
                #expect(changed["plan"] == ["id": .string(large.id), "version": 1], "\(changed)")
                #expect(try await Self.limit(portal, client) == 10)

                let more = try await portal.post("\(path)/change", ["quantity": 2, "proration": "prorate"])
                #expect(more["plan"]["id"] == .string(large.id), "\(more)")
                let bare = try await portal.post("\(path)/change", ["price": .string(alone), "proration": "prorate"])
                #expect(bare.status == 200 && bare["plan"] == .null, "\(bare)")
                #expect(try await Self.limit(portal, client) == .null)
            }
        }

        @Test func `a change whose card is declined changes nothing: neither prices nor quotas`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let small = try await Self.addPlan(portal, 1_000, workspaces: 1)
                let large = try await Self.addPlan(portal, 5_000, workspaces: 10)
                let client = try await portal.addPayingClient(at: house.standIn)
                let sold = try await portal.buy(client, ["plan": .string(small.id)])
                let path = "/v1/subscriptions/\(try #require(sold.target))"
                try await portal.saveCard(client, "4000000000000341", at: house.standIn)
                try await portal.cardsAdopted()
                let declined = try await portal.post(
                    "\(path)/change", ["plan": .string(large.id), "proration": "invoice"])
                #expect(declined.status == 402 && declined.string("code") == "payment_failed", "\(declined)")
                let kept = try await portal.get(path)
                #expect(kept["plan"]["id"] == .string(small.id) && kept["items"][0]?.string("price") == small.price)
                #expect(try await Self.limit(portal, client) == 1)
            }
        }
    }
}
