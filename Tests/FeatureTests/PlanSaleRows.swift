import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A plan is what can be bought: what its sale would refuse is refused when it is made, and not offered.
    @Suite(.freshDatabase) struct PlanSaleRows {
        private func fee(_ portal: APIClient, _ currency: String, _ period: String) async throws -> JSON {
            let price = try await portal.makePrice([
                "pricing_model": "base_fee", "billing_period": .string(period),
                "price": ["amount": 4_900, "currency": .string(currency)],
            ])
            return try #require(price["id"])
        }

        private func use(_ portal: APIClient, of meter: JSON) async throws -> JSON {
            let price = try await portal.makePrice([
                "pricing_model": "usage_based", "billing_period": "monthly", "meter": meter,
                "price": ["amount": 5, "currency": "usd"],
            ])
            return try #require(price["id"])
        }

        private func plan(_ prices: [JSON], _ more: JSONObject = [:]) -> JSON {
            var body: JSONObject = ["name": "Pro", "prices": .array(prices.map { ["price": $0] })]
            for entry in more { body[entry.key] = entry.value }
            return .object(body)
        }

        private func offered(_ portal: APIClient, _ house: House) async throws -> [String] {
            let tenant = try await house.value("SELECT 'tn_' || replace(public_id::text, '-', '') FROM app.tenant")
            let list = try await house.standIn.page(at: "\(portal.url)/v1/public/\(tenant ?? "")/pricing")
            return (list.json["data"]?.arrayValue ?? []).compactMap { $0.string("name") }
        }

        @Test func `B22: prices that no subscription can hold together make no plan, and the odd one is named`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let monthly = try await fee(portal, "usd", "monthly")
                let seats = try await fee(portal, "usd", "monthly")
                let (euro, yearly) = (try await fee(portal, "eur", "monthly"), try await fee(portal, "usd", "yearly"))
                let once: JSON = .string(try await portal.sell(9_900, period: nil))
                let meter = try #require(try await portal.addMeter("seconds")["id"])
                let (calls, callsAgain) = (try await use(portal, of: meter), try await use(portal, of: meter))
                let cases: [(prices: [JSON], param: String, code: String)] = [
                    ([monthly, euro], "prices[1].price", "prices_mismatch"),
                    ([monthly, seats, yearly], "prices[2].price", "prices_mismatch"),
                    ([once, monthly], "prices[0].price", "price_not_recurring"),
                    ([monthly, calls, callsAgain], "prices[2].price", "prices_mismatch"),
                ]
                for wanted in cases {
                    for status in ["draft", "active"] as [JSON] {
                        let refused = try await portal.post("/v1/plans", plan(wanted.prices, ["status": status]))
                        #expect(refused.status == 422 && refused.string("code") == wanted.code, "\(refused)")
                        #expect(refused.string("param") == wanted.param, "\(refused)")
                    }
                }
                #expect(try await portal.get("/v1/plans").json.members.isEmpty)

                let made = try await portal.post("/v1/plans", plan([monthly, seats, calls]))
                #expect(made.status == 201 && made.string("status") == "active", "\(made)")
                let path = "/v1/plans/\(made.string("id") ?? "")"
                for wanted in cases {
                    let refused = try await portal.patch(path, ["prices": plan(wanted.prices)["prices"] ?? []])
                    #expect(refused.status == 422 && refused.string("code") == wanted.code, "\(refused)")
                    #expect(refused.string("param") == wanted.param, "\(refused)")
                }
                #expect(try await portal.get(path)["version"] == 1)
                let client = try await portal.addPayingClient(at: house.standIn)
                let bought = try await portal.buy(client, ["plan": made["id"]])
                let bill = try await portal.bills(of: try #require(bought.target), 1)[0]
                #expect(bill["amount_paid"]?["amount"] == 9_800, "\(bill)")
            }
        }

        @Test func `B21 B22: a pasted price of another currency makes no plan`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let monthly = try await fee(portal, "usd", "monthly")
                let pasted = try await house.unheard {
                    try await house.standIn.stripe(
                        .post, "/v1/products", key: key,
                        form: [
                            ("name", "Pasted"), ("default_price_data[currency]", "eur"),
                            ("default_price_data[unit_amount]", "900"),
                            ("default_price_data[recurring][interval]", "month"),
                        ])
                }
                let price = try #require(pasted.string("default_price"), "\(pasted)")
                let missing = try await portal.post("/v1/plans", plan([monthly, "price_1none"], ["name": "None"]))
                #expect(missing.string("code") == "price_not_found_in_connected_account", "\(missing)")
                #expect(missing.string("param") == "prices[1].price", "\(missing)")
                let refused = try await portal.post("/v1/plans", plan([monthly, .string(price)]))
                #expect(refused.status == 422 && refused.string("code") == "prices_mismatch", "\(refused)")
                #expect(refused.string("param") == "prices[1].price", "\(refused)")
                let left = try await portal.get("/v1/plans").json.members
                #expect(left.map { $0["status"] } == ["draft", "draft"], "\(left)")
                #expect(left[0]["prices"]?[1]?["problem"]?["code"] == "prices_mismatch", "\(left)")
            }
        }

        @Test func `B22: a plan of old that cannot be bought can be read, and is mended before it is sold again`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let (monthly, euro) = (try await fee(portal, "usd", "monthly"), try await fee(portal, "eur", "monthly"))
                let made = try await portal.post("/v1/plans", plan([monthly]))
                let path = "/v1/plans/\(made.string("id") ?? "")"
                // As plans were before prices were compared.
                try await house.database.run(
                    """
                    INSERT INTO app.plan_price (tenant_id, plan_id, version, place, price_id)
                    SELECT l.tenant_id, l.plan_id, l.version, 1, p.id FROM app.plan_price l JOIN app.price p USING (tenant_id)
                     WHERE p.currency = 'eur'
                    """)
                let old = try await portal.get(path)
                #expect(old["prices"].arrayValue?.count == 2 && old.string("status") == "active", "\(old)")
                #expect(try await offered(portal, house).isEmpty)
                let renamed = try await portal.patch(path, ["name": "Gold"])
                #expect(renamed.status == 200 && renamed.string("name") == "Gold", "\(renamed)")
                #expect(try await portal.post("\(path)/archive").status == 200)
                let sold = try await portal.patch(path, ["status": "active"])
                #expect(sold.status == 422 && sold.string("code") == "prices_mismatch", "\(sold)")
                #expect(sold.string("param") == "status", "\(sold)")
                let mended = try await portal.patch(path, ["status": "active", "prices": [["price": euro]]])
                #expect(mended.status == 200 && mended.string("status") == "active", "\(mended)")
                #expect(try await offered(portal, house) == ["Gold"])
            }
        }

        @Test func `what a fee includes is not sold without the fee`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Voice",
                    [
                        "pricing_model": "base_fee", "billing_period": "monthly", "usage_metric": "minutes",
                        "usage_limit": 100, "overage_unit_amount": 10, "price": ["amount": 2_500, "currency": "usd"],
                    ])
                let fee = try #require(
                    (product["prices"].arrayValue ?? []).first { $0.string("usage_type") == "licensed" }?.string("id"))
                let client = try await portal.addClient()
                let wish: JSON = ["client": .string(client), "product": product["id"]]
                #expect(try await portal.patch("/v1/prices/\(fee)", ["active": false]).status == 200)
                let refused = try await portal.post("/v1/subscriptions", wish)
                #expect(refused.status == 422 && refused.string("code") == "price_inactive", "\(refused)")
                #expect(refused.string("param") == "product", "\(refused)")
                #expect(try await portal.patch("/v1/prices/\(fee)", ["active": true]).status == 200)
                let sold = try await portal.post("/v1/subscriptions", wish)
                #expect(sold.status < 300, "\(sold)")
            }
        }

        @Test func `B3: the public list offers no plan that cannot be bought`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let monthly = try await fee(portal, "usd", "monthly")
                let seats = try await fee(portal, "usd", "monthly")
                _ = try await portal.post("/v1/plans", plan([monthly, seats]))
                _ = try await portal.post("/v1/plans", plan([monthly], ["name": "Small"]))
                _ = try await portal.post("/v1/plans", plan([], ["name": "Free"]))
                #expect(try await offered(portal, house) == ["Pro", "Small", "Free"])
                let archived = try await portal.get("/v1/prices/\(seats.stringValue ?? "")")
                let gone = try await house.standIn.stripe(
                    .post, "/v1/prices/\(archived.string("stripe_id") ?? "")", key: key, form: [("active", "false")])
                #expect(gone.status == 200)
                try await portal.seen("/v1/prices/\(seats.stringValue ?? "")", "it is archived") {
                    $0.string("status") == "archived"
                }
                #expect(try await offered(portal, house) == ["Small", "Free"])
                let client = try await portal.addClient()
                let pro = try await portal.get("/v1/plans").json.members.first { $0.string("name") == "Pro" }
                let refused = try await portal.post(
                    "/v1/subscriptions", ["client": .string(client), "plan": pro?["id"] ?? .null])
                #expect(refused.status == 422 && refused.string("code") == "price_inactive", "\(refused)")

                // What is not sold any more is not sold again as it is.
                let path = "/v1/plans/\(pro?.string("id") ?? "")"
                #expect(try await portal.post("\(path)/archive").status == 200)
                let sold = try await portal.patch(path, ["status": "active"])
                #expect(sold.status == 422 && sold.string("code") == "price_inactive", "\(sold)")

                // A product that is archived takes its price with it.
                let product = try await portal.get("/v1/prices/\(monthly.stringValue ?? "")").string("product") ?? ""
                #expect(try await portal.patch("/v1/products/\(product)", ["active": false]).status == 200)
                #expect(try await offered(portal, house) == ["Free"])
            }
        }
    }
}
