import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What is made in Stripe's own catalogue, meters, lookup keys, and edits.
    @Suite(.freshDatabase) struct CatalogueMirrorRows {
        @Test func `B1 B16: what is made in Stripe's dashboard appears in the catalogue by itself`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                func made(_ path: String, _ form: [(String, String)]) async throws -> String {
                    let answer = try await house.standIn.stripe(.post, path, key: key, form: form)
                    return try #require(answer.string("id"), "\(answer)")
                }
                let meter = try await made(
                    "/v1/billing/meters",
                    [
                        ("display_name", "Calls"), ("event_name", "calls"), ("default_aggregation[formula]", "sum"),
                    ])
                let product = try await made(
                    "/v1/products", [("name", "Made there"), ("description", "By hand")])
                let price = try await made(
                    "/v1/prices",
                    [
                        ("product", product), ("currency", "eur"), ("recurring[interval]", "month"),
                        ("recurring[usage_type]", "metered"), ("recurring[meter]", meter),
                        ("billing_scheme", "tiered"), ("tiers_mode", "graduated"), ("tiers[0][up_to]", "10"),
                        ("tiers[0][unit_amount]", "500"), ("tiers[1][up_to]", "inf"),
                        ("tiers[1][unit_amount_decimal]", "0.5"),
                    ])
                let listed = try await portal.seen("/v1/prices?stripe_id=\(price)", "the price is here") {
                    $0.json.members.count == 1
                }
                let ours = try #require(listed.json.members.first)
                #expect(ours.string("model") == "tiered_graduated" && ours.string("currency") == "eur")
                #expect(ours["tiers"]?[1]?["unit_amount_decimal"] == "0.5")
                let mirrored = try await portal.get("/v1/products/\(ours.string("product") ?? "")")
                #expect(mirrored.string("name") == "Made there" && mirrored.string("origin") == "stripe")
                #expect(mirrored.string("stripe_id") == product && mirrored.string("pricing_model") == "usage_based")
                let meters = try await portal.get("/v1/meters?status=active")
                #expect(meters.json.members.contains { $0.string("stripe_id") == meter })
                _ = try await made("/v1/products/\(product)", [("name", "Renamed there"), ("active", "false")])
                try await portal.seen("/v1/products/\(mirrored.string("id") ?? "")", "it is renamed") {
                    $0.string("name") == "Renamed there" && $0.string("status") == "archived"
                }
            }
        }

        @Test func `B1: an import brings in what was there before the account was connected`() async throws {
            try await House.with { house in
                let key = Keys.secret()
                for number in 1...3 {
                    let product = try await house.standIn.stripe(
                        .post, "/v1/products", key: key,
                        form: [
                            ("name", "Old \(number)"), ("default_price_data[currency]", "usd"),
                            ("default_price_data[unit_amount]", "\(number)00"),
                        ])
                    #expect(product.status == 200, "\(product)")
                }
                let portal = try await house.newPortal()
                try await portal.connect(key)
                let done = try await portal.post("/v1/products/import")
                #expect(done["result"]["products"] == 3 && done["result"]["prices"] == 3, "\(done)")
                let products = try await portal.get("/v1/products?pricing_model=one_time").json.members
                #expect(products.compactMap { $0.string("name") }.sorted() == ["Old 1", "Old 2", "Old 3"])
            }
        }

        @Test func `B16 B17: a meter is made at Stripe and can be chosen while it is on`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let meter = try await portal.post("/v1/meters", ["display_name": "Voice", "metric": "seconds"])
                #expect(meter.status == 201 && meter.string("status") == "active", "\(meter)")
                let there = try await house.standIn.stripe(.get, "/v1/billing/meters?status=active", key: key)
                #expect(there.json.members.contains { $0["id"] == meter["stripe_id"] })
                let id = try #require(meter.string("id"))
                let form: JSONObject = [
                    "name": "By the minute", "pricing_model": "usage_based", "billing_period": "monthly",
                    "meter": .string(id), "price": ["amount": 5, "currency": "usd"],
                ]
                let sold = try await portal.post("/v1/products", .object(form))
                #expect(sold["prices"][0]?["meter"] == .string(id) && sold["usage_metric"] == "minutes")
                var wrong = form
                wrong["usage_metric"] = "conversations"
                #expect(try await portal.post("/v1/products", .object(wrong)).string("code") == "meter_mismatch")
                let taken = try await portal.post(
                    "/v1/meters",
                    [
                        "display_name": "Twice", "metric": "custom",
                        "event_name": .string(meter.string("event_name") ?? ""),
                    ])
                #expect(taken.status == 409 && taken.string("code") == "meter_exists")
                let off = try await portal.post("/v1/meters/\(id)/deactivate")
                #expect(off.string("status") == "inactive", "\(off)")
                let refused = try await portal.post("/v1/products", .object(form))
                #expect(refused.status == 422 && refused.string("code") == "meter_inactive")
                #expect(refused.string("param") == "meter")
                #expect(try await portal.post("/v1/meters/\(id)/reactivate").string("status") == "active")
            }
        }

        @Test func `B19: a lookup key finds its price, and goes over only when it is told to`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                var form: JSONObject = [
                    "name": "Standard", "pricing_model": "base_fee", "billing_period": "monthly",
                    "price": ["amount": 4_900, "currency": "usd"], "lookup_key": "standard_monthly",
                ]
                let first = try await portal.post("/v1/products", .object(form))
                #expect(first.status == 201, "\(first)")
                let path = "/v1/prices?lookup_key=standard_monthly"
                #expect(try await portal.get(path).json.members.map { $0["id"] } == [first["prices"][0]?["id"]])
                let second = try await portal.post("/v1/products", .object(form))
                #expect(second.status == 409 && second.string("code") == "lookup_key_taken")
                #expect(second.string("param") == "lookup_key")
                form["transfer_lookup_key"] = true
                let third = try await portal.post("/v1/products", .object(form))
                #expect(third.status == 201, "\(third)")
                #expect(try await portal.get(path).json.members.map { $0["id"] } == [third["prices"][0]?["id"]])
                let there = try await house.standIn.stripe(
                    .get, "/v1/prices?lookup_keys[0]=standard_monthly", key: key)
                #expect(there.json.members.map { $0["id"] } == [third["prices"][0]?["stripe_id"]])

                // Another amount is another price: the old one is archived, and its key goes over.
                let product = third.string("id") ?? ""
                let old = third["prices"][0]?.string("id") ?? ""
                let new = try await portal.post(
                    "/v1/products/\(product)/prices",
                    [
                        "price": ["amount": 5_900, "currency": "usd"], "billing_period": "monthly",
                        "replaces": .string(old),
                    ])
                #expect(new.status == 201 && new.string("lookup_key") == "standard_monthly", "\(new)")
                let archived = try await portal.get("/v1/prices/\(old)")
                #expect(archived.string("status") == "archived" && archived["lookup_key"] == .null)
                #expect(archived["unit_amount"]["amount"] == 4_900)
                let gone = try await house.standIn.stripe(
                    .get, "/v1/prices/\(archived.string("stripe_id") ?? "")", key: key)
                #expect(gone["active"] == false && gone["unit_amount"] == 4_900)
                let terms = try await portal.patch("/v1/prices/\(old)", ["tax_inclusive": true])
                #expect(terms.status == 400 && terms.string("param") == "tax_inclusive")

                let renamed = try await portal.patch("/v1/products/\(product)", ["name": "Gold", "active": false])
                #expect(renamed.status == 200 && renamed.string("status") == "archived", "\(renamed)")
                let shown = try await house.standIn.stripe(
                    .get, "/v1/products/\(third.string("stripe_id") ?? "")", key: key)
                #expect(shown.string("name") == "Gold" && shown["active"] == false)
            }
        }

        @Test func `D13 D17 D18 D20: the form offers what the agent's platform and the account can do`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let client = try await portal.addClient()
                func metrics(_ agent: String) async throws -> [String: JSON] {
                    let answer = try await portal.get("/v1/product_options?agent=\(agent)")
                    let offered = (answer["usage_metrics"].arrayValue ?? []).map { ($0.string("metric") ?? "", $0) }
                    return Dictionary(uniqueKeysWithValues: offered)
                }
                func options(_ platform: String, _ fields: JSON) async throws -> [String: JSON] {
                    let agent = try await portal.post(
                        "/v1/agents",
                        [
                            "client": .string(client), "name": "Agent", "platform": .string(platform),
                            "analysis_fields": fields,
                        ], wait: nil)
                    return try await metrics(try #require(agent.string("id"), "\(agent)"))
                }
                let text = try await options("text", [])
                #expect(text["interactions"]?["available"] == true && text["value_based"]?["available"] == false)
                #expect(text["minutes"]?["available"] == false)
                for platform in ["retell", "vapi", "elevenlabs"] {
                    let none = try await options(platform, [["key": "mood", "type": "string"]])
                    #expect(none["value_based"]?["available"] == false)
                    #expect(none["value_based"]?.string("reason")?.contains("boolean") == true)
                    #expect(none["value_based"]?.string("setup_url")?.hasPrefix("https://") == true)
                    // Its owner sets one up on that site, and the portal says so here.
                    let fields: JSON = [["key": "booked", "type": "boolean"], ["key": "mood", "type": "string"]]
                    let agent = try await portal.get("/v1/agents?client=\(client)").json.members[0].string("id") ?? ""
                    let synced = try await portal.patch("/v1/agents/\(agent)", ["analysis_fields": fields], wait: nil)
                    #expect(synced["platform"] == .string(platform) && synced.status == 200, "\(synced)")
                    let some = try await metrics(agent)
                    #expect(some["value_based"]?["available"] == true)
                    #expect(some["value_based"]?["analysis_fields"] == ["booked"])
                }
                let tax = try await portal.get("/v1/product_options")["tax"]
                #expect(tax["automatic_tax_available"] == false && tax["status"] != "active")
                #expect(tax.string("url") == "https://dashboard.stripe.com/settings/tax")
            }
        }
    }
}
