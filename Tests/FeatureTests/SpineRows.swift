import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// The first thing that has to work: a key is pasted, a client pays, a renewal comes.
    @Suite(.freshDatabase) struct SpineRows {
        @Test func `A1 B25: a month later there is a second paid invoice without a click`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                _ = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                try await house.standIn.advance(days: 32)
                let paid = "/v1/invoices?client=\(client)&status=paid&limit=100"
                try await portal.seen(paid, "a second invoice is paid") { $0.json.members.count == 2 }
            }
        }
    }
}
