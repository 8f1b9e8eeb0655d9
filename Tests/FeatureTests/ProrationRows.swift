import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What a change in the middle of a period costs, by each of the four ways to settle it.
    @Suite(.freshDatabase) struct ProrationRows {
        /// A way, what is billed at once, and what the next period's bill comes to.
        private static let ways: [(proration: String, now: Int64?, next: Int64)] = [
            ("invoice", 1_000, 3_000), ("prorate", nil, 4_000), ("next_period", nil, 3_000), ("reset", 2_500, 3_000),
        ]

        @Test
        func
            `from $10 to $30 after half of a period: $10 now, $10 with the next bill, nothing, a new period for $25`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                func sell(_ amount: Int64) async throws -> JSON {
                    try await portal.makePrice([
                        "pricing_model": "base_fee", "interval": "week", "interval_count": 2,
                        "price": ["amount": .integer(amount), "currency": "usd"],
                    ])["id"] ?? .null
                }
                let (small, large) = (try await sell(1_000), try await sell(3_000))
                var sold: [String] = []
                for _ in Self.ways {
                    let client = try await portal.addPayingClient(at: house.standIn)
                    let id = try #require(try await portal.buy(client, ["price": small]).target)
                    #expect(try await portal.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 1_000)
                    sold.append(id)
                }
                // Half of the 14 days: $5.00 of the old price are left, $15.00 of the new one are to come.
                try await house.standIn.advance(days: 7)
                for (id, way) in zip(sold, Self.ways) {
                    let path = "/v1/subscriptions/\(id)"
                    let before = try await portal.get(path)
                    let changed = try await portal.post(
                        "\(path)/change", ["price": large, "proration": .string(way.proration)])
                    #expect(changed.status == 200, "\(changed)")
                    let isLater = way.proration == "next_period"
                    #expect(changed["items"][0]?["price"] == (isLater ? small : large), "\(changed)")
                    #expect(
                        (changed["current_period_end"] != before["current_period_end"]) == (way.proration == "reset"))
                    if let now = way.now {
                        #expect(
                            try await portal.bills(of: id, 2)[1]["amount_paid"]?["amount"] == .integer(now), "\(way)")
                    }
                }
                try await house.standIn.advance(days: 15)
                for (id, way) in zip(sold, Self.ways) {
                    let count = way.now == nil ? 2 : 3
                    let paid = try await portal.bills(of: id, count).map { $0["amount_paid"]?["amount"]?.integerValue }
                    #expect(paid == [1_000] + (way.now.map { [$0] } ?? []) + [way.next], "\(way)")
                }
            }
        }
    }
}
