import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What the client's "Subscription Details" show.
    @Suite(.freshDatabase) struct DetailRows {
        @Test func `G4: product, price, period, next invoice, usage so far and the card are there to show`()
            async throws
        {
            try await House.with { house in
                let scene = try await UsageRows.scene(
                    house, platform: "voice",
                    items: [
                        [
                            "pricing_model": "base_fee", "billing_period": "monthly",
                            "price": ["amount": 2_500, "currency": "usd"],
                        ], UsageRows.usage("minutes", 40),
                    ])
                let portal = scene.portal
                try await portal.use(scene.agents[0], ["kind": "call", "duration_seconds": 90])
                let meter = try await portal.get("/v1/meters?metric=seconds").json.members[0]
                _ = try await portal.sums(of: meter, toBe: [scene.customer: 90])

                let path = "/v1/subscriptions/\(scene.subscription)"
                let details = try await portal.seen(path, "its period is known") {
                    $0.string("status") == "active" && $0["current_period_end"].integerValue != nil
                }
                let (start, end) = (
                    details["current_period_start"].integerValue, details["current_period_end"].integerValue
                )
                #expect((27...31).contains(((end ?? 0) - (start ?? 0)) / 86_400), "a month: \(details)")
                var shown: [String] = []
                for item in details["items"].arrayValue ?? [] {
                    let price = try await portal.get("/v1/prices/\(item.string("price") ?? "")")
                    let product = try await portal.get("/v1/products/\(price.string("product") ?? "")")
                    #expect(product.string("name") == "Voice agent", "\(product)")
                    shown.append(price["shown"].string("text") ?? "")
                }
                #expect(shown.sorted() == ["$0.40 per minute + tax", "$25.00 + tax"])
                let next = try await portal.post("\(path)/preview")
                #expect(next["amount_due"]["amount"] == 2_560, "\(next)")
                let usage = try await portal.get("/v1/clients/\(scene.client)/usage")
                #expect(usage["meters"].arrayValue?.count == 1 && usage["meters"][0]?["minutes"] == "1.5", "\(usage)")
                let cards = try await portal.get("/v1/clients/\(scene.client)/payment_methods")
                #expect(cards.json.members.map { $0.string("last4") } == ["4242"])
            }
        }
    }
}
