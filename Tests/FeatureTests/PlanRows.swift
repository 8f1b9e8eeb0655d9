import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Plans, their quotas and what a client may use.
    @Suite(.freshDatabase) struct PlanRows {
        @Test func `B21 B22: a pasted price is looked for in the connected account, and the plan shows it`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let (_, otherKey) = try await house.newShop("Another")
                func price(_ key: String) async throws -> String {
                    let product = try await house.standIn.stripe(
                        .post, "/v1/products", key: key,
                        form: [
                            ("name", "Pasted"), ("default_price_data[currency]", "eur"),
                            ("default_price_data[unit_amount]", "4900"),
                            ("default_price_data[recurring][interval]", "year"),
                        ])
                    return try #require(product.string("default_price"), "\(product)")
                }
                let (mine, theirs) = (try await price(key), try await price(otherKey))
                let product = try await portal.post("/v1/plans", ["name": "Pro", "price_id": "prod_123456"])
                #expect(product.status == 400 && product.string("code") == "invalid_price_id")
                #expect(product.string("param") == "price_id")
                let foreign = try await portal.post("/v1/plans", ["name": "Pro", "price_id": .string(theirs)])
                #expect(foreign.status == 422, "\(foreign)")
                #expect(foreign.string("code") == "price_not_found_in_connected_account")
                #expect(foreign.string("param") == "price_id", "our field, not Stripe's")
                let plan = try await portal.post("/v1/plans", ["name": "Pro", "price_id": .string(mine)])
                #expect(plan.status == 201 && plan.string("status") == "active", "\(plan)")
                let shown = plan["prices"][0]?["price"]
                #expect(shown?["unit_amount"] == ["amount": 4_900, "currency": "eur"])
                #expect(shown?["interval"] == "year" && shown?["stripe_id"] == .string(mine))
            }
        }

        @Test func `B23: three workspaces are in the plan, the fourth is refused, even among twenty at once`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(4_900, period: "monthly")
                let plan = try await portal.post(
                    "/v1/plans",
                    [
                        "name": "Starter", "price_id": .string(price),
                        "quotas": [
                            ["feature": "workspaces", "type": "static", "limit": 3],
                            [
                                "feature": "contacts", "type": "metered", "limit": 100, "soft_limit": 80,
                                "reset": "period", "overage": "allow",
                            ],
                            ["feature": "white_label", "type": "boolean", "limit": 1],
                            [
                                "feature": "trials", "type": "metered", "limit": 10, "reset": "never",
                                "overage": "block",
                            ],
                        ],
                    ])
                #expect(plan.status == 201, "\(plan)")
                let id = plan.string("id") ?? ""
                let client = try await portal.addClient()
                func check(_ feature: String, _ more: JSONObject = [:]) async throws -> Answer {
                    var body = more
                    body["client"] = .string(client)
                    body["feature"] = .string(feature)
                    return try await portal.post("/v1/entitlements/check", .object(body), wait: nil)
                }
                #expect(try await check("workspaces")["allowed"] == false)
                let sold = try await portal.post(
                    "/v1/subscriptions", ["client": .string(client), "plan": .string(id)])
                #expect(sold.status < 300, "\(sold)")
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                let paid = "/v1/invoices?client=\(client)&status=paid"
                try await portal.seen(paid, "the first invoice is paid") {
                    $0.json.members.first?["amount_paid"]?["amount"] == 4_900
                }

                for number in 1...3 {
                    let taken = try await check("workspaces", ["consume": 1])
                    #expect(taken["allowed"] == true && taken["used"] == .integer(Int64(number)), "\(taken)")
                }
                let fourth = try await check("workspaces", ["consume": 1])
                #expect(fourth["allowed"] == false && fourth.string("reason") == "limit_reached")
                #expect(fourth["used"] == 3 && fourth["remaining"] == 0)
                #expect(try await check("workspaces", ["consume": -1])["used"] == 2)
                let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 1...20 {
                        group.addTask { try await check("workspaces", ["consume": 1])["allowed"] == true }
                    }
                    return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
                }
                #expect(allowed == 1)

                let most = try await check("contacts", ["consume": 80])
                #expect(most["allowed"] == true && most["warning"] == true && most["over_limit"] == false)
                let over = try await check("contacts", ["consume": 21])
                #expect(over["allowed"] == true && over["over_limit"] == true && over["used"] == 101)
                #expect((over["period_start"].integerValue ?? 0) < (over["period_end"].integerValue ?? 0))
                #expect(try await check("white_label")["allowed"] == true)
                // A hard limit: what would go beyond it is refused whole, and nothing of it counts.
                #expect(try await check("trials", ["consume": 8])["allowed"] == true)
                let beyond = try await check("trials", ["consume": 3])
                #expect(beyond["allowed"] == false && beyond["used"] == 8 && beyond["reason"] == "limit_reached")
                #expect(try await check("api")["reason"] == "not_in_plan")
                #expect(try await check("api")["period_start"] == .null, "nothing is counted, since nowhen")
                let told = "SELECT string_agg(type, ',' ORDER BY seq) FROM app.portal_event WHERE type LIKE 'quota.%'"
                let wanted = "quota.exceeded,quota.exceeded,quota.threshold_reached,quota.exceeded,quota.exceeded"
                #expect(try await house.value(told) == wanted)

                // A renewal begins a new count of what begins anew.
                try await house.standIn.advance(days: 32)
                try await eventually("the count begins anew", within: .seconds(30)) {
                    try await check("contacts")["used"] == 0
                }
                #expect(try await check("workspaces")["used"] == 3)
                #expect(try await check("trials")["used"] == 8, "this one never begins anew")

                // Who bought a version keeps it.
                let changed = try await portal.patch(
                    "/v1/plans/\(id)",
                    ["quotas": [["feature": "workspaces", "type": "static", "limit": 1]]])
                #expect(changed["version"] == 2 && changed["quotas"].arrayValue?.count == 1, "\(changed)")
                let versions = try await portal.get("/v1/plans/\(id)/versions")
                #expect(versions.json.members.map { $0["version"] } == [2, 1] && versions["has_more"] == false)
                let older = try await portal.get("/v1/plans/\(id)/versions?starting_after=2").json.members
                #expect(older.map { $0["version"] } == [1] && older[0]["quotas"]?.arrayValue?.count == 4, "\(older)")
                let kept = try await check("workspaces")
                #expect(kept["limit"] == 3 && kept["plan_version"] == 1)
                let all = try await portal.post("/v1/entitlements/query", ["client": .string(client)], wait: nil)
                #expect(all.json.members.count == 4, "\(all)")
            }
        }

        @Test
        func `B3: a plan is shown to everybody with its description, cloned, recommended, made the default, archived`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let tenant = try await house.value("SELECT 'tn_' || replace(public_id::text, '-', '') FROM app.tenant")
                let made = try await portal.makePrice([
                    "pricing_model": "base_fee", "billing_period": "monthly", "description": "Answers the phone",
                    "price": ["amount": 4_900, "currency": "usd"],
                ])
                let price = made.string("id") ?? ""
                let paid = try await portal.post(
                    "/v1/plans",
                    [
                        "name": "Pro", "description": "For teams", "price_id": .string(price), "trial_days": 7,
                        "quotas": [],
                    ], wait: nil)
                let free = try await portal.post(
                    "/v1/plans",
                    [
                        "name": "Free", "is_default": true,
                        "quotas": [["feature": "agents", "type": "static", "limit": 1]],
                    ], wait: nil)
                #expect(paid.status == 201 && free.status == 201 && free["is_default"] == true, "\(paid) \(free)")
                let client = try await portal.addClient()
                let granted = try await portal.post(
                    "/v1/entitlements/check", ["client": .string(client), "feature": "agents"], wait: nil)
                #expect(granted["allowed"] == true && granted["plan"] == free["id"])
                let id = paid.string("id") ?? ""
                #expect(try await portal.post("/v1/plans/\(id)/feature", wait: nil)["is_featured"] == true)
                let copy = try await portal.post("/v1/plans/\(id)/clone", ["name": "Pro 2"], wait: nil)
                #expect(copy.string("status") == "draft" && copy["trial_days"] == 7 && copy["version"] == 1)
                let list = try await house.standIn.page(at: "\(portal.url)/v1/public/\(tenant ?? "")/pricing")
                let shown = try #require(list.json["data"]?.arrayValue)
                #expect(shown.map { $0["name"] } == ["Pro", "Free"])
                #expect(shown[0]["prices"]?[0]?["shown"]?["text"] == "$49.00 + tax")
                #expect(shown[0]["description"] == "For teams" && shown[1]["description"] == .null)
                #expect(shown[0]["prices"]?[0]?["description"] == "Answers the phone")
                let moved = try await portal.post("/v1/plans/\(id)/set_default", wait: nil)
                #expect(moved["is_default"] == true)
                #expect(try await portal.get("/v1/plans/\(free.string("id") ?? "")")["is_default"] == false)
                let gone = try await portal.post("/v1/plans/\(id)/archive", wait: nil)
                #expect(gone.string("status") == "archived" && gone["is_default"] == false)
                #expect(try await portal.get("/v1/plans?status=active").json.members.count == 1)
            }
        }

        @Test func `D6: a one-time product is charged once, however far the clock goes`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let price = try await portal.sell(9_900, period: nil)
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: house.standIn)
                let invoice = try await portal.post(
                    "/v1/invoices",
                    ["client": .string(client), "price": .string(price), "collection": "auto_charge"])
                #expect(invoice.string("status") == "paid", "\(invoice)")
                try await house.standIn.advance(days: 400)
                let invoices = try await portal.get("/v1/invoices?client=\(client)&limit=100").json.members
                #expect(invoices.count == 1 && invoices[0]["amount_paid"]?["amount"] == 9_900)
            }
        }
    }
}
