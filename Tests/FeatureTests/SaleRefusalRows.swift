import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What cannot be sold together, or not to this client, and which field is wrong.
    @Suite(.freshDatabase) struct SaleRefusalRows {
        private static let minutes: JSONObject = [
            "pricing_model": "usage_based", "billing_period": "monthly", "usage_metric": "minutes",
            "price": ["amount": 5, "currency": "usd"],
        ]

        /// Another price of a product.
        private func add(_ portal: APIClient, to product: Answer, _ amount: Int64, _ more: JSONObject = [:])
            async throws -> JSON
        {
            var form: JSONObject = [
                "billing_period": "monthly", "price": ["amount": .integer(amount), "currency": "usd"],
            ]
            for entry in more { form[entry.key] = entry.value }
            let made = try await portal.post("/v1/products/\(product.string("id") ?? "")/prices", .object(form))
            guard made.status == 201, let id = made.string("id") else { throw NeverHappened("a price: \(made)") }
            return .string(id)
        }

        @Test func `V8: usage of one meter is never sold to a client twice, whatever its price`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let product = try await portal.makeProduct("Voice", Self.minutes)
                let old = try #require(product["prices"][0]?["id"])
                let client = try await portal.addPayingClient(at: house.standIn)
                let first = try await portal.buy(client, ["price": old])
                let new = try await add(portal, to: product, 6, ["replaces": old])
                let meters = try await portal.get("/v1/meters?metric=seconds").json.members
                #expect(meters.count == 1, "both prices are counted by one meter: \(meters)")

                let second = try await portal.post("/v1/subscriptions", ["client": .string(client), "price": new])
                #expect(second.status == 409 && second.string("code") == "subscription_exists", "\(second)")
                let path = "/v1/subscriptions/\(try #require(first.target))"
                let changed = try await portal.post("\(path)/change", ["price": new])
                #expect(changed.status == 200 && changed["items"][0]?["price"] == new, "\(changed)")

                let other = try await add(portal, to: product, 7)
                let buyer = try await portal.addPayingClient(at: house.standIn)
                let both = try await portal.post(
                    "/v1/subscriptions", ["client": .string(buyer), "items": [["price": new], ["price": other]]])
                #expect(both.status == 422 && both.string("code") == "prices_mismatch", "\(both)")
                #expect(both.string("param") == "items")
                let whole = try await portal.post(
                    "/v1/subscriptions", ["client": .string(buyer), "product": product["id"]])
                #expect(whole.status == 422 && whole.string("code") == "prices_mismatch", "\(whole)")
                #expect(whole.string("param") == "product")
            }
        }

        @Test func `two base fees of one product are a choice: both are never billed together`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Chat",
                    [
                        "pricing_model": "base_fee", "billing_period": "monthly", "usage_metric": "minutes",
                        "price": ["amount": 4_900, "currency": "usd"], "usage_limit": 100, "overage_unit_amount": 10,
                    ])
                let cheap = try await add(portal, to: product, 3_900)
                let client = try await portal.addPayingClient(at: house.standIn)
                let whole = try await portal.post(
                    "/v1/subscriptions", ["client": .string(client), "product": product["id"]])
                #expect(whole.status == 422 && whole.string("code") == "prices_mismatch", "\(whole)")
                #expect(whole.string("param") == "product")
                let usage = try #require(product["prices"][1]?["id"])
                let part = try await portal.post(
                    "/v1/products/\(product.string("id") ?? "")/prices",
                    [
                        "price": ["amount": 100, "currency": "usd"], "billing_period": "monthly", "replaces": usage,
                    ])
                #expect(part.status == 422 && part.string("param") == "replaces", "\(part)")

                let chosen = try await portal.buy(client, ["price": cheap])
                let bill = try await portal.bills(of: try #require(chosen.target), 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 3_900, "\(bill)")

                // What replaces an offer with usage inside, and has none, leaves no allowance behind.
                _ = try await portal.patch("/v1/prices/\(cheap.stringValue ?? "")", ["active": false])
                _ = try await add(portal, to: product, 5_900, ["replaces": product["prices"][0]?["id"] ?? .null])
                let bare = try await portal.get("/v1/products/\(product.string("id") ?? "")")
                #expect(bare["usage_limit"] == .null && bare["overage_unit_amount_decimal"] == .null, "\(bare)")
                let active = (bare["prices"].arrayValue ?? []).filter { $0["active"] == true }
                #expect(active.map { $0["unit_amount"]?["amount"] } == [5_900], "\(bare)")
            }
        }

        @Test func `a wrong price, quantity or field is told where it stands`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let flat = JSON.string(try await portal.sell(1_000, period: "monthly"))
                let once = JSON.string(try await portal.sell(1_000, period: nil))
                let metered = try #require(try await portal.makePrice(Self.minutes)["id"])
                let client = try await portal.addClient()
                let nothing: JSON = "pr_00000000000070008000000000000000"
                let cases: [(JSONObject, Int, String, String)] = [
                    (["items": [["price": once]]], 422, "price_not_recurring", "items[0].price"),
                    (["price": once], 422, "price_not_recurring", "price"),
                    (["items": [["price": flat], ["price": nothing]]], 404, "not_found", "items[1].price"),
                    (
                        ["items": [["price": metered, "quantity": 2]]], 422, "invalid_combination",
                        "items[0].quantity"
                    ),
                    (["price": metered, "quantity": 2], 422, "invalid_combination", "quantity"),
                    (
                        ["items": [["price": flat, "analysis_field": "booked"]]], 422, "invalid_combination",
                        "items[0].analysis_field"
                    ),
                    (["price": flat, "analysis_field": "booked"], 422, "invalid_combination", "analysis_field"),
                ]
                for (form, status, code, param) in cases {
                    var body = form
                    body["client"] = .string(client)
                    let refused = try await portal.post("/v1/subscriptions", .object(body))
                    #expect(refused.status == status && refused.string("code") == code, "\(form) \(refused)")
                    #expect(refused.string("param") == param, "\(form) \(refused)")
                }
                // A percentage of eighteen digits is wrong, and nothing worse.
                for percent in [100_000_000_000_000_000 as JSON, "100000000000000000.5", "99999999999999999999"] {
                    let refused = try await portal.post(
                        "/v1/coupons", ["name": "No", "duration": "once", "percent_off": percent])
                    #expect(refused.status == 400 && refused.string("param") == "percent_off", "\(refused)")
                }
            }
        }

        @Test func `B16: what a custom meter counts is the agency's to say, and no metric of ours`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                _ = try await house.standIn.stripe(
                    .post, "/v1/billing/meters", key: key,
                    form: [
                        ("display_name", "Faxes"), ("event_name", "faxes"), ("default_aggregation[formula]", "sum"),
                    ])
                let meters = try await portal.seen("/v1/meters", "the meter is here") { $0.json.members.count == 1 }
                var form: JSONObject = [
                    "name": "Faxes", "pricing_model": "usage_based", "billing_period": "monthly",
                    "price": ["amount": 5, "currency": "usd"], "meter": meters.json.members[0]["id"] ?? .null,
                    "usage_metric": "minutes",
                ]
                let refused = try await portal.post("/v1/products", .object(form))
                #expect(refused.status == 422 && refused.string("code") == "meter_mismatch", "\(refused)")
                form["usage_metric"] = nil
                let sold = try await portal.post("/v1/products", .object(form))
                #expect(sold.status == 201 && sold.string("usage_metric") == "custom", "\(sold)")
            }
        }

        @Test func `E11: a plan holds each price once, none that is archived, and sells value-based ones`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let flat = JSON.string(try await portal.sell(1_000, period: "monthly"))
                let stripeID = try await portal.get("/v1/prices/\(flat.stringValue ?? "")")["stripe_id"]
                let minutes = try #require(try await portal.makePrice(Self.minutes)["id"])
                for (prices, param) in [
                    ([["price": flat], ["price": flat]], "prices[1].price"),
                    ([["price": flat], ["price": stripeID]], "prices[1].price"),
                    ([["price": minutes, "quantity": 3]], "prices[0].quantity"),
                ] as [(JSON, String)] {
                    let refused = try await portal.post("/v1/plans", ["name": "Pro", "prices": prices])
                    #expect(refused.status == 422 && refused.string("param") == param, "\(refused)")
                }
                var value = Self.minutes
                value["usage_metric"] = "value_based"
                let booked = try #require(try await portal.makePrice(value)["id"])
                let plan = try await portal.post(
                    "/v1/plans", ["name": "Pro", "prices": [["price": flat], ["price": booked]]])
                #expect(plan.status == 201, "\(plan)")
                let client = try await portal.addPayingClient(at: house.standIn)
                let agent = try await portal.addAgent(
                    of: client,
                    ["platform": "retell", "analysis_fields": [["key": "booked", "type": "boolean"]]])
                let form: JSONObject = ["plan": plan["id"], "agents": [.string(agent)], "client": .string(client)]
                let missing = try await portal.post("/v1/subscriptions", .object(form))
                #expect(missing.string("code") == "analysis_field_missing", "\(missing)")
                #expect(missing.string("param") == "analysis_field")
                var named = form
                named["analysis_field"] = "booked"
                let sold = try await portal.buy(client, named)
                let items = try await portal.get("/v1/subscriptions/\(try #require(sold.target))")["items"]
                let counted = items.arrayValue?.first { $0["price"] == booked }
                #expect(counted?.string("analysis_field") == "booked", "\(items)")

                // An archived price, pasted as Stripe shows it.
                _ = try await portal.patch("/v1/prices/\(flat.stringValue ?? "")", ["active": false])
                let archived = try await portal.post("/v1/plans", ["name": "Old", "price_id": stripeID])
                #expect(archived.status == 422 && archived.string("code") == "price_inactive", "\(archived)")
                #expect(archived.string("param") == "price_id")
                // And one that is archived there, of which nothing is known here.
                let hidden = try await house.unheard {
                    let product = try await house.standIn.stripe(
                        .post, "/v1/products", key: key, form: [("name", "Old")])
                    return try await house.standIn.stripe(
                        .post, "/v1/prices", key: key,
                        form: [
                            ("product", product.string("id") ?? ""), ("currency", "usd"), ("unit_amount", "100"),
                            ("recurring[interval]", "month"), ("active", "false"),
                        ])
                }
                let pasted = try await portal.post("/v1/plans", ["name": "Older", "price_id": hidden["id"]])
                #expect(pasted.status == 422 && pasted.string("code") == "price_inactive", "\(pasted)")
                #expect(pasted.string("param") == "price_id", "\(pasted)")
            }
        }
    }
}
