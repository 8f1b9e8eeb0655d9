import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Products and prices as forms make them, seen at Stripe.
    @Suite(.freshDatabase) struct CatalogueRows {
        @Test func `B2 B3 B4 B8 B20 D1 D2 D7 D8 D19: a product has a name and is at Stripe at once`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let form: JSONObject = [
                    "pricing_model": "base_fee", "description": "Answers the phone",
                    "price": ["amount": 4_900, "currency": "usd"], "billing_period": "monthly",
                ]
                let nameless = try await portal.post("/v1/products", .object(form))
                #expect(nameless.status == 400 && nameless.string("code") == "parameter_missing")
                #expect(nameless.string("param") == "name")
                let product = try await portal.makeProduct("Voice agent", form)
                let listed = try await portal.get("/v1/products?active=true")
                #expect(listed.json.members.contains { $0["id"] == product["id"] })
                let there = try await house.standIn.stripe(
                    .get, "/v1/products/\(product.string("stripe_id") ?? "")", key: key)
                #expect(there.string("name") == "Voice agent" && there.string("description") == "Answers the phone")
                #expect(product.string("stripe_id")?.hasPrefix("prod_") == true)
                let ours = try #require(product["prices"][0])
                #expect(ours.string("stripe_id")?.hasPrefix("price_") == true)
                let price = try await house.standIn.price(ours, key: key)
                #expect(price.string("type") == "recurring" && price["unit_amount"] == 4_900)
                #expect(price["recurring"]["usage_type"] == "licensed" && price["recurring"]["interval"] == "month")
                // It can be assigned at once, and the bill's line says its name.
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try await portal.subscribe(client, to: ours.string("id") ?? "")
                let bill = try await portal.bills(of: id, 1)[0].string("id") ?? ""
                let lines = try await portal.get("/v1/invoices/\(bill)")["lines"].arrayValue ?? []
                #expect(lines.count == 1 && lines[0].string("description")?.contains("Voice agent") == true, "\(lines)")
            }
        }

        @Test func `B5 D9: amounts are minor units of their currency, yen and dinars and kronur too`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let amounts: [(String, Int64)] = [
                    ("usd", 4_900), ("jpy", 4_900), ("eur", 100), ("kwd", 12_340), ("isk", 50_000), ("chf", 990),
                ]
                for (currency, amount) in amounts {
                    let price = try await portal.makePrice([
                        "pricing_model": "base_fee", "billing_period": "monthly",
                        "price": ["amount": .integer(amount), "currency": .string(currency)],
                    ])
                    let there = try await house.standIn.price(price, key: key)
                    #expect(there["unit_amount"] == .integer(amount) && there["currency"] == .string(currency))
                }
                for (currency, amount, status, code) in [
                    ("isk", 50_050, 422, "amount_not_chargeable"), ("kwd", 12_345, 422, "amount_not_chargeable"),
                    ("xyz", 1, 400, "invalid_currency"),
                ] as [(String, Int64, Int, String)] {
                    let refused = try await portal.post(
                        "/v1/products",
                        [
                            "name": "No", "pricing_model": "base_fee", "billing_period": "monthly",
                            "price": ["amount": .integer(amount), "currency": .string(currency)],
                        ])
                    #expect(refused.status == status && refused.string("code") == code, "\(refused)")
                }
            }
        }

        @Test func `B9 B10 B14 B15 B18: tiers, packages and meters are Stripe's own`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let tiers: JSON = [
                    ["up_to": 10, "unit_amount": 500], ["up_to": "inf", "unit_amount": 400],
                ]
                let licensed = try await portal.makePrice([
                    "pricing_model": "base_fee", "billing_period": "monthly", "price": ["currency": "usd"],
                    "tiers_mode": "volume", "tiers": tiers,
                ])
                let shown = try await portal.get("/v1/prices/\(licensed.string("id") ?? "")")
                #expect(shown.string("model") == "tiered_volume" && shown["tiers"][1]?["unit_amount_decimal"] == "400")
                #expect(shown["tiers"][0]?["up_to"] == 10 && shown["tiers"][1]?["up_to"] == .null)
                let there = try await house.standIn.price(licensed, key: key)
                #expect(there["billing_scheme"] == "tiered" && there["tiers_mode"] == "volume")
                #expect(there["tiers"][0]?["up_to"] == 10 && there["tiers"][1]?["unit_amount"] == 400)

                let metered = try await portal.makePrice([
                    "pricing_model": "usage_based", "interval": "month", "interval_count": 3,
                    "price": ["currency": "usd"], "usage_metric": "interactions", "tiers_mode": "graduated",
                    "tiers": tiers,
                ])
                let counted = try await house.standIn.price(metered, key: key)
                #expect(counted["recurring"]["usage_type"] == "metered" && counted["tiers_mode"] == "graduated")
                #expect(counted["recurring"]["interval_count"] == 3)
                let meters = try await portal.get("/v1/meters?metric=interactions")
                #expect(meters.json.members.first?["stripe_id"] == counted["recurring"]["meter"])

                let packages = try await portal.makePrice([
                    "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "messages",
                    "price": ["amount": 300, "currency": "usd"], "package": ["size": 100],
                ])
                let packed = try await house.standIn.price(packages, key: key)
                #expect(packed["transform_quantity"] == ["divide_by": 100, "round": "up"], "\(packed)")

                let minutes = try await portal.makePrice([
                    "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "minutes",
                    "price": ["amount_decimal": "10", "currency": "usd"],
                ])
                #expect(minutes["unit_amount_decimal"] == "0.166666666667")
                #expect(minutes["shown"]?["text"] == "$0.10 per minute + tax")
                #expect(minutes["shown"]?["unit_amount_decimal"] == "10")
            }
        }
    }
}
