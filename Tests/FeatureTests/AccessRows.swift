import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A client whose card fails, until it is let in again.
    @Suite(.freshDatabase) struct AccessRows {
        @Test
        func
            `G5 G7 G8 G9: blocked after the last retry, let in by hand with the subscription still over, sold anew`()
            async throws
        {
            try await House.with(changing: ["stripe-stand-in": ["STRIPE_STAND_IN_RETRY_DAYS": "5"]]) { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                var agents: [JSON] = []
                for _ in 0..<2 { agents.append(.string(try await portal.addAgent(of: client))) }
                let form: JSONObject = ["price": .string(price), "agents": .array(agents)]
                let id = try #require(try await portal.buy(client, form).target)
                let path = "/v1/subscriptions/\(id)"
                let running = try await portal.seen(path, "it runs") { $0.string("status") == "active" }
                let there = "/v1/subscriptions/\(running.string("stripe_id") ?? "")"

                try await portal.saveCard(client, "4000000000000341", at: house.standIn)
                try await portal.cardsAdopted()
                try await house.standIn.advance(days: 32)
                // One retry is left: the client is warned, not shut out.
                #expect(try await portal.wait(for: client, toBe: "past_due")["allowed"] == true)
                try await house.standIn.advance(days: 6)
                #expect(try await portal.wait(for: client, toBe: "blocked")["allowed"] == false)
                let ended = try await house.standIn.stripe(.get, there, key: key)
                #expect(ended.string("status") == "canceled", "\(ended)")
                #expect(ended["cancellation_details"]["reason"] == "payment_failed", "\(ended)")
                let ours = try await portal.get(path)
                #expect(ours.string("status") == "canceled" && ours.string("cancellation_reason") == "payment_failed")

                let back = try await portal.post("/v1/clients/\(client)/access/reactivate", [:], wait: nil)
                #expect(back.string("state") == "active" && back["allowed"] == true, "\(back)")
                let log = try await portal.get("/v1/audit_log?limit=100").json.members
                let entry = try #require(log.first { $0.string("action") == "access.reactivate" })
                #expect(
                    entry.string("target") == client && entry.string("actor")?.hasPrefix("key_") == true, "\(entry)")
                #expect(entry["before"]?["access"] == "blocked" && entry["after"]?["access"] == "active", "\(entry)")
                #expect(try await portal.get(path).string("status") == "canceled")
                #expect(try await house.standIn.stripe(.get, there, key: key).string("status") == "canceled")

                try await portal.saveCard(client, at: house.standIn)
                let again = try #require(try await portal.buy(client, form).target)
                #expect(again != id)
                let anew = try await portal.seen("/v1/subscriptions/\(again)", "the new one runs") {
                    $0.string("status") == "active"
                }
                #expect(Set(anew["agents"].arrayValue ?? []) == Set(agents), "\(anew)")
                #expect(try await portal.bills(of: again, 1)[0]["amount_paid"]?["amount"] == 2_500)
                #expect(try await portal.wait(for: client, toBe: "active")["allowed"] == true)
            }
        }
    }
}
