import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Customers that the agency touches in Stripe's Dashboard.
    @Suite(.freshDatabase) struct CustomerRows {
        @Test func `a customer deleted in the Dashboard is gone here, and the client's next card makes another`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let client = try await portal.addPayingClient(at: house.standIn)
                let path = "/v1/clients/\(client)"
                let old = try #require(try await portal.get(path).string("stripe_id"))
                let deleted = try await house.standIn.stripe(.delete, "/v1/customers/\(old)", key: key)
                #expect(deleted.status == 200, "\(deleted)")
                let left = try await portal.seen(path, "the customer is gone") { $0.string("stripe_id") == nil }
                #expect(left["payment_method"] == .null, "\(left)")
                try await house.settled()
                #expect(try await house.value("SELECT count(*) FROM app.command WHERE outcome = 'dead'") == "0")

                try await portal.saveCard(client, at: house.standIn)
                let new = try #require(try await portal.get(path).string("stripe_id"))
                #expect(new != old)
            }
        }
    }
}
