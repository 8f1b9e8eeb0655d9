import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Tax on subscriptions (seed 1J).
    @Suite(.freshDatabase) struct TaxRows {
        @Test func `D11 D12 E7 E8 K1 K3: tax from the start, with the place asked for exactly when Stripe lacks it`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                try await house.standIn.collectTax(key: key)
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let form: JSONObject = ["price": .string(price), "automatic_tax": true, "client": .string(client)]
                let asked = try await portal.post("/v1/subscriptions", .object(form))
                #expect(asked.status == 422 && asked.string("code") == "tax_location_missing", "\(asked)")
                let needs = (asked["errors"].arrayValue ?? []).compactMap { $0.string("param") }
                #expect(needs == ["country", "postal_code"])
                let waiting = try await portal.get("/v1/subscriptions?client=\(client)").json.members[0]
                _ = try await portal.post("/v1/subscriptions/\(waiting.string("id") ?? "")/cancel")

                var located = form
                located["country"] = "GB"
                located["postal_code"] = "SW1A 1AA"
                let sold = try await portal.post("/v1/subscriptions", .object(located))
                #expect(sold.status == 201 && sold["automatic_tax"]["enabled"] == true, "\(sold)")
                let there = try await house.standIn.stripe(
                    .get, "/v1/subscriptions/\(sold.string("stripe_id") ?? "")", key: key)
                #expect(there["automatic_tax"]["enabled"] == true)
                let customer = try await house.standIn.stripe(
                    .get, "/v1/customers/\(there.string("customer") ?? "")", key: key)
                #expect(customer["address"]["country"] == "GB" && customer["address"]["postal_code"] == "SW1A 1AA")
                let bill = try await portal.bills(of: try #require(sold.target), 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 3_000 && bill["tax_amount"]?["amount"] == 500, "\(bill)")

                // Stripe knows where this one is: nobody is asked.
                let known = try await portal.addPayingClient(
                    at: house.standIn, ["country": "GB", "postal_code": "SW1A 1AA"])
                let other = try await portal.buy(known, ["price": .string(price), "automatic_tax": true])
                #expect(other["automatic_tax"]["enabled"] == true, "\(other)")

                // Tax included: exactly the set amount is charged, with its sixth inside.
                let gross = try await portal.makePrice([
                    "pricing_model": "base_fee", "billing_period": "monthly", "tax_inclusive": true,
                    "price": ["amount": 2_500, "currency": "usd"],
                ])
                let whole = try await portal.buy(known, ["price": gross["id"] ?? .null, "automatic_tax": true])
                let exact = try await portal.bills(of: try #require(whole.target), 1)[0]
                #expect(exact["amount_paid"]?["amount"] == 2_500 && exact["tax_amount"]?["amount"] == 417, "\(exact)")
            }
        }

        @Test func `K2 K3 K4 K5 K6: tax is enabled on a running subscription, and disabled again`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let path = "/v1/subscriptions/\(id)/tax"
                let inactive = try await portal.put(path, ["enabled": true])
                #expect(inactive.status == 409 && inactive.string("code") == "stripe_tax_not_configured", "\(inactive)")
                #expect(inactive.string("detail")?.contains("https://dashboard.stripe.com/settings/tax") == true)
                try await house.standIn.collectTax(key: key)

                let asked = try await portal.put(path, ["enabled": true])
                #expect(asked.status == 422 && asked.string("code") == "tax_location_missing", "\(asked)")
                let wrong = try await portal.put(path, ["enabled": true, "country": "US", "postal_code": "00000"])
                #expect(wrong.status == 422 && wrong.string("code") == "customer_tax_location_invalid", "\(wrong)")
                #expect(wrong.string("param") == "postal_code")
                #expect(wrong.text.contains("location isn't recognized"), "Stripe's own words: \(wrong)")
                let enabled = try await portal.put(
                    path, ["enabled": true, "country": "GB", "postal_code": "SW1A 1AA"])
                #expect(enabled.status == 200 && enabled["automatic_tax"]["enabled"] == true, "\(enabled)")
                let stripe = try await house.standIn.stripe(
                    .get, "/v1/subscriptions/\(enabled.string("stripe_id") ?? "")", key: key)
                #expect(stripe["automatic_tax"]["enabled"] == true)
                try await house.standIn.advance(days: 32)
                #expect(try await portal.bills(of: id, 2)[1]["amount_paid"]?["amount"] == 3_000)

                let disabled = try await portal.put(path, ["enabled": false])
                #expect(disabled.status == 200 && disabled["automatic_tax"]["enabled"] == false, "\(disabled)")
                try await house.standIn.advance(days: 32)
                let third = try await portal.bills(of: id, 3)[2]
                #expect(third["amount_paid"]?["amount"] == 2_500 && third["tax_amount"]?["amount"] == 0, "\(third)")
            }
        }
    }
}
