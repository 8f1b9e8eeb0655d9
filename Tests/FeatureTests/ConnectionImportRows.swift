import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What exists at Stripe before the gateway does.
    @Suite(.freshDatabase) struct ConnectionImportRows {
        private func customer(_ house: House, _ key: String, _ name: String, _ mail: String) async throws -> String {
            let made = try await house.standIn.stripe(
                .post, "/v1/customers", key: key, form: [("name", name), ("email", mail)])
            return try #require(made.string("id"), "\(made)")
        }

        @Test
        func `imports: customers are matched by e-mail, never by the first hit; nothing is written before confirm`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let ann = try await portal.addClient(mail: "ann@one.example")
                let twins = [
                    try await portal.addClient(mail: "two@twin.example"),
                    try await portal.addClient(mail: "two@twin.example"),
                ]
                let match = try await customer(house, key, "Ann", "Ann@one.example")
                let unclear = try await customer(house, key, "Twin", "two@twin.example")
                let new = try await customer(house, key, "Newcomer", "new@three.example")
                let made = try await portal.post("/v1/imports", ["what": "customers"])
                let id = try #require(made.target, "\(made)")
                let ready = try await portal.seen("/v1/imports/\(id)", "read") { $0.string("status") == "ready" }
                #expect(ready["counts"]["match"] == 1 && ready["counts"]["conflict"] == 1, "\(ready)")
                #expect(ready["counts"]["new"] == 1, "\(ready)")
                #expect(
                    try await house.value("SELECT count(*) FROM app.client WHERE stripe_customer IS NOT NULL") == "0")
                #expect(try await house.value("SELECT count(*) FROM app.client") == "3")
                let conflicts = try await portal.get("/v1/imports/\(id)/items?verdict=conflict").json.members
                #expect(conflicts.first?.string("stripe_id") == unclear)
                #expect(Set(conflicts.first?["candidates"]?.arrayValue?.compactMap(\.stringValue) ?? []) == Set(twins))
                let early = try await portal.post("/v1/imports/\(id)/confirm")
                #expect(early.status == 409 && early.string("code") == "import_conflicts", "\(early)")
                let resolution: JSON = [
                    "stripe_id": .string(unclear), "action": "link", "client": .string(twins[1]),
                ]
                _ = try await portal.post("/v1/imports/\(id)/confirm", ["resolutions": [resolution]])
                let done = try await portal.seen("/v1/imports/\(id)", "done") { $0.string("status") == "done" }
                #expect(done["counts"]["linked"] == 2 && done["counts"]["created"] == 1, "\(done)")
                #expect(try await portal.get("/v1/clients/\(ann)").string("stripe_id") == match)
                #expect(try await portal.get("/v1/clients/\(twins[1])").string("stripe_id") == unclear)
                let names = try await house.value("SELECT name FROM app.client WHERE stripe_customer = '\(new)'")
                #expect(names == "Newcomer")
            }
        }

        @Test func `imports: products with their prices, then subscriptions of clients that are here`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let stripe = house.standIn
                let cus = try await customer(house, key, "Ann", "ann@one.example")
                let product = try await stripe.stripe(.post, "/v1/products", key: key, form: [("name", "Old plan")])
                let prod = try #require(product.string("id"))
                let price = try await stripe.stripe(
                    .post, "/v1/prices", key: key,
                    form: [
                        ("product", prod), ("currency", "usd"), ("unit_amount", "1900"),
                        ("recurring[interval]", "month"),
                    ])
                let sub = try await stripe.stripe(
                    .post, "/v1/subscriptions", key: key,
                    form: [
                        ("customer", cus), ("items[0][price]", price.string("id") ?? ""),
                        ("collection_method", "send_invoice"), ("days_until_due", "7"),
                    ])
                let subscription = try #require(sub.string("id"), "\(sub)")
                for what in ["products", "customers", "subscriptions"] {
                    let made = try await portal.post("/v1/imports", ["what": .string(what)])
                    let id = try #require(made.target, "\(made)")
                    try await portal.seen("/v1/imports/\(id)", "\(what) read") { $0.string("status") == "ready" }
                    _ = try await portal.post("/v1/imports/\(id)/confirm")
                    let done = try await portal.seen("/v1/imports/\(id)", "done") { $0.string("status") == "done" }
                    #expect(done["counts"]["failed"] == 0, "\(done)")
                    if what == "products" {
                        try await eventually("the price is mirrored", within: .seconds(30)) {
                            try await house.value("SELECT count(*) FROM app.price WHERE unit_amount = 1900") == "1"
                        }
                    }
                }
                let here = try await portal.seen("/v1/subscriptions", "the subscription is here") {
                    $0.json.members.count == 1 && $0.json.members[0].string("status") == "active"
                }
                #expect(here.text.contains(subscription), "\(here)")
            }
        }

        @Test func `imports: a product that came in by itself is imported with its older prices`() async throws {
            try await House.with { house in
                let key = Keys.secret()
                let made = try await house.standIn.stripe(
                    .post, "/v1/products", key: key,
                    form: [
                        ("name", "Old"), ("default_price_data[currency]", "usd"),
                        ("default_price_data[unit_amount]", "1900"),
                        ("default_price_data[recurring][interval]", "month"),
                    ])
                let product = try #require(made.string("id"), "\(made)")
                let portal = try await house.newPortal()
                try await portal.connect(key)
                _ = try await house.standIn.stripe(
                    .post, "/v1/products/\(product)", key: key, form: [("name", "Renamed")])
                let here = try await portal.seen("/v1/products", "the product came in") { $0.json.members.count == 1 }
                #expect(here.json.members[0]["prices"]?.arrayValue?.isEmpty == true, "\(here)")
                for count in [("new", 1), ("known", 1)] as [(String, Int64)] {
                    let asked = try await portal.post("/v1/imports", ["what": "products"])
                    let id = try #require(asked.target, "\(asked)")
                    let read = try await portal.seen("/v1/imports/\(id)", "read") { $0.string("status") == "ready" }
                    #expect(read["counts"][count.0] == .integer(count.1), "\(read)")
                    _ = try await portal.post("/v1/imports/\(id)/confirm")
                    let path = "/v1/prices?stripe_id=\(made.string("default_price") ?? "")"
                    let price = try await portal.seen(path, "the price is here") { $0.json.members.count == 1 }
                    #expect(price.json.members[0]["unit_amount"]?["amount"] == 1_900)
                }
                #expect(try await portal.get("/v1/products").json.members.count == 1)
            }
        }
    }
}
