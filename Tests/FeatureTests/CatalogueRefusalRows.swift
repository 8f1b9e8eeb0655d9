import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What Stripe refuses of the catalogue, and what stays sold then.
    @Suite(.freshDatabase) struct CatalogueRefusalRows {
        private static let monthly: JSONObject = ["pricing_model": "base_fee", "billing_period": "monthly"]

        /// A price of the agency's own at Stripe, of which nothing is known here, with a lookup key.
        private func hide(_ key: String, in house: House, _ stripeKey: String) async throws {
            try await house.unheard {
                let stand = house.standIn
                let product = try await stand.stripe(.post, "/v1/products", key: stripeKey, form: [("name", "Old")])
                let price = try await stand.stripe(
                    .post, "/v1/prices", key: stripeKey,
                    form: [
                        ("product", product.string("id") ?? ""), ("currency", "usd"), ("unit_amount", "100"),
                        ("lookup_key", key),
                    ])
                #expect(price.status == 200, "\(price)")
            }
        }

        private func sold(_ path: String, _ house: House, _ key: String) async throws -> [JSON] {
            try await house.standIn.stripe(.get, path, key: key).json.members.filter { $0["active"] == true }
        }

        @Test func `B19: a base fee whose lookup key Stripe knows elsewhere is refused with its usage part`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                try await hide("gold", in: house, key)
                var form = Self.monthly
                for entry in [
                    "name": "Voice", "price": ["amount": 4_900, "currency": "usd"], "usage_metric": "minutes",
                    "usage_limit": 100, "overage_unit_amount": 10, "lookup_key": "gold",
                ] as JSONObject { form[entry.key] = entry.value }
                let refused = try await portal.post("/v1/products", .object(form))
                #expect(refused.status == 409 && refused.string("code") == "lookup_key_taken", "\(refused)")
                let id = try #require(
                    try await portal.get("/v1/products").json.members.first { $0.string("name") == "Voice" }?
                        .string("id"))
                let failed = try await portal.get("/v1/products/\(id)")
                let parts = failed["prices"].arrayValue ?? []
                #expect(parts.count == 2 && parts.allSatisfy { $0["active"] == false }, "\(failed)")
                #expect(parts.allSatisfy { $0.string("status") == "failed" && $0["lookup_key"] == .null }, "\(failed)")

                // Another try is sold once: no usage part of the first one is left that would charge a second time.
                form["name"] = nil
                form["pricing_model"] = nil
                form["lookup_key"] = "gold_monthly"
                let made = try await portal.post("/v1/products/\(id)/prices", .object(form))
                #expect(made.status == 201, "\(made)")
                let product = try await portal.get("/v1/products/\(id)")
                let active = (product["prices"].arrayValue ?? []).filter { $0["active"] == true }
                #expect(active.compactMap { $0.string("usage_type") } == ["licensed", "metered"], "\(product)")
                let there = "/v1/prices?product=\(product.string("stripe_id") ?? "")"
                #expect(try await sold(there, house, key).count == 2)
            }
        }

        @Test func `V9: what was to be replaced by a refused price is sold on, and so is what could not be renamed`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                try await hide("gold", in: house, key)
                var form = Self.monthly
                form["price"] = ["amount": 2_000, "currency": "usd"]
                form["lookup_key"] = "silver"
                let product = try await portal.makeProduct("Chat", form)
                let path = "/v1/prices/\(product["prices"][0]?.string("id") ?? "")"
                let stripeID = product["prices"][0]?.string("stripe_id") ?? ""

                let edit = try await portal.post(
                    "/v1/products/\(product.string("id") ?? "")/prices",
                    [
                        "price": ["amount": 2_500, "currency": "usd"], "billing_period": "monthly",
                        "replaces": .string(product["prices"][0]?.string("id") ?? ""), "lookup_key": "gold",
                    ])
                #expect(edit.status == 409 && edit.string("code") == "lookup_key_taken", "\(edit)")
                let kept = try await portal.get(path)
                #expect(kept.string("status") == "active" && kept.string("lookup_key") == "silver", "\(kept)")
                let client = try await portal.addPayingClient(at: house.standIn)
                let bought = try await portal.buy(client, ["product": product["id"]])
                let bill = try await portal.bills(of: try #require(bought.target), 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 2_000, "\(bill)")

                let renamed = try await portal.patch(path, ["lookup_key": "gold"])
                #expect(renamed.status == 409 && renamed.string("code") == "lookup_key_taken", "\(renamed)")
                let shown = try await portal.get(path)
                #expect(shown.string("lookup_key") == "silver" && shown["problem"] != .null, "\(shown)")
                // What happens to it at Stripe is still seen: no wish of ours is waiting any more.
                let archived = try await house.standIn.stripe(
                    .post, "/v1/prices/\(stripeID)", key: key, form: [("active", "false")])
                #expect(archived.status == 200)
                try await portal.seen(path, "it is archived there") { $0.string("status") == "archived" }
            }
        }

        @Test func `V9: the default price of a product of Stripe's own catalogue is replaced too`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let made = try await house.standIn.stripe(
                    .post, "/v1/products", key: key,
                    form: [
                        ("name", "Made there"), ("default_price_data[currency]", "usd"),
                        ("default_price_data[unit_amount]", "2500"),
                        ("default_price_data[recurring][interval]", "month"),
                    ])
                let old = try #require(made.string("default_price"), "\(made)")
                let listed = try await portal.seen("/v1/prices?stripe_id=\(old)", "its price is here") {
                    $0.json.members.count == 1
                }
                let ours = try #require(listed.json.members.first)
                let new = try await portal.post(
                    "/v1/products/\(ours.string("product") ?? "")/prices",
                    [
                        "price": ["amount": 3_000, "currency": "usd"], "billing_period": "monthly",
                        "replaces": ours["id"] ?? .null,
                    ])
                #expect(new.status == 201, "\(new)")
                #expect(try await portal.get("/v1/prices/\(ours.string("id") ?? "")").string("status") == "archived")
                let there = "/v1/prices?product=\(made.string("id") ?? "")"
                #expect(try await sold(there, house, key).map { $0["unit_amount"] } == [3_000])
            }
        }

        @Test func `a product that is gone at Stripe is not sold again by a wish`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let made = try await house.standIn.stripe(.post, "/v1/products", key: key, form: [("name", "Bare")])
                let stripeID = try #require(made.string("id"))
                let listed = try await portal.seen("/v1/products", "it is here") { $0.json.members.count == 1 }
                let path = "/v1/products/\(listed.json.members[0].string("id") ?? "")"
                try await house.unheard {
                    _ = try await house.standIn.stripe(.delete, "/v1/products/\(stripeID)", key: key)
                }
                let renamed = try await portal.patch(path, ["name": "Anew"])
                #expect(renamed.status >= 400, "\(renamed)")
                let seen = try await portal.get(path)
                #expect(seen.string("status") == "archived" && seen["problem"] != .null, "\(seen)")
            }
        }
    }
}
