import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What the client's "Subscription Details" show.
    @Suite(.freshDatabase) struct DetailRows {
        @Test func `G4: product, price, period, next invoice, usage and the card are there to show`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let details = try await portal.seen("/v1/subscriptions/\(id)", "it runs") {
                    $0.string("status") == "active" && $0["current_period_end"].integerValue != nil
                }
                let shown = try #require(details["items"][0]?["price"]?.stringValue)
                let sold = try await portal.get("/v1/prices/\(shown)")
                let product = try await portal.get("/v1/products/\(sold.string("product") ?? "")")
                #expect(shown == price && product.string("name") == "Chatbot", "\(details)")
                #expect(sold.text.contains("2500"), "\(sold)")
                let next = try await portal.post("/v1/subscriptions/\(id)/preview")
                #expect(next["amount_due"]["amount"] == 2_500, "\(next)")
                let usage = try await portal.get("/v1/clients/\(client)/usage")
                #expect(usage.status == 200 && usage.json.members.isEmpty, "\(usage)")
                let cards = try await portal.get("/v1/clients/\(client)/payment_methods")
                #expect(cards.json.members.map { $0.string("last4") } == ["4242"])
            }
        }
    }
}
