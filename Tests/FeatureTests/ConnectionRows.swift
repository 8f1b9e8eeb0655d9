import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// An agency pastes its Stripe key.
    @Suite(.freshDatabase) struct ConnectionRows {
        private let path = "/v1/payment_processor"

        @Test func `A2: two agencies, two Stripe accounts; each charge is in its owner's account alone`() async throws {
            try await House.with { house in
                var keys: [String] = []
                for amount in [Int64(2_500), 3_900] {
                    let (portal, key) = try await house.newShop("Agency \(amount)")
                    let price = try await portal.sell(amount, period: "monthly")
                    let client = try await portal.addClient()
                    _ = try await portal.subscribe(client, to: price)
                    try await portal.saveCard(client, at: house.standIn)
                    try await portal.wait(for: client, toBe: "active")
                    keys.append(key)
                }
                for (key, amount) in zip(keys, [Int64(2_500), 3_900]) {
                    let invoices = try await house.standIn.stripe(.get, "/v1/invoices?limit=100", key: key)
                    #expect(invoices.json.members.map { $0["amount_paid"]?.integerValue } == [amount])
                    let charges = try await house.standIn.stripe(.get, "/v1/charges?limit=100", key: key)
                    #expect(charges.json.members.map { $0["amount"]?.integerValue } == [amount])
                }
            }
        }

        @Test func `A3 M2 M1: without the plan's feature 403, with it 202`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                try await house.sql("SELECT app.set_tenant_features(public_id, '{}') FROM app.tenant")
                let body: JSON = ["secret_key": .string(Keys.secret())]
                let refused = try await portal.post(path, body)
                #expect(refused.status == 403 && refused.string("code") == "feature_not_enabled", "\(refused)")
                try await house.sql("SELECT app.set_tenant_features(public_id, '{payment_processor}') FROM app.tenant")
                #expect(try await portal.post(path, body, wait: nil).status == 202)
                try await portal.seen(path, "connected") { $0.string("status") == "connected" }
            }
        }

        @Test func `A5 A6 A9 A10 A14: mistakes name the field; five saves, one endpoint; the key is never shown`()
            async throws
        {
            try await House.with { house in
                let portal = try await house.newPortal()
                let before = try await house.standIn.lastCall()
                for text in ["pk_test_" + Keys.letters(24), "whsec_" + Keys.letters(24)] {
                    let answer = try await portal.post(path, ["secret_key": .string(text)])
                    #expect(answer.status == 400 && answer.string("code") == "invalid_secret_key_prefix", "\(answer)")
                    #expect(answer.string("param") == "secret_key")
                }
                #expect(try await house.standIn.lastCall() == before)
                let key = Keys.secret()
                let accepted = try await portal.post(path, ["secret_key": .string(key)], wait: nil)
                #expect(accepted.status == 202, "\(accepted)")
                let command = try await portal.seen("/v1/commands/\(accepted.string("id") ?? "")", "the save ends") {
                    $0.string("status") == "succeeded"
                }
                // Each step of a command, with what Stripe called it.
                let steps = command["steps"].arrayValue ?? []
                #expect(steps.map { $0.string("request") } == ["POST /v1/webhook_endpoints"], "\(command)")
                #expect(steps.allSatisfy { $0.string("stripe_request_id")?.hasPrefix("req_") == true }, "\(command)")
                // And each try of it, the one that ended it too.
                let tries = command["attempts"].arrayValue ?? []
                let last = try #require(tries.last)
                #expect(last.string("verdict") == "succeeded", "\(command)")
                #expect(last["stripe_request_id"] == steps.last?["stripe_request_id"], "\(command)")
                let (began, ended) = (last["began"]?.integerValue ?? .max, last["ended"]?.integerValue ?? 0)
                #expect(began <= ended && ended == command["finished"].integerValue, "\(command)")
                #expect(try await portal.get(path).string("status") == "connected")
                for _ in 0..<4 { #expect(try await portal.post(path, ["secret_key": .string(key)]).status == 200) }
                let now = try await portal.get(path)
                #expect(now["livemode"] == false && now["key_ok"] == true && !now.text.contains(key), "\(now)")
                #expect(now.string("secret_key") == "sk_test_…" + key.suffix(4))
                let first = now["checklist"].arrayValue?.first
                #expect(first?.string("url") == "https://dashboard.stripe.com/apikeys")
                let endpoints = try await house.standIn.stripe(.get, "/v1/webhook_endpoints", key: key).json.members
                let token = try await house.value("SELECT replace(webhook_token::text, '-', '') FROM app.connection")
                #expect(endpoints.count == 1 && endpoints[0].string("url")?.hasSuffix(token ?? "-") == true)
                let found = "SELECT count(*) FROM app.sealed_secret WHERE position('\(key)'::bytea IN envelope) > 0"
                #expect(try await house.value(found) == "0")
            }
        }

        @Test func `A11 A12 A13: registered, missing, repaired; a revoked key turns red; the row holds ciphertext`()
            async throws
        {
            try await House.with { house in
                // A key that Stripe does not know never turns green.
                let portal = try await house.newPortal()
                let unknown: JSON = ["secret_key": .string("sk_test_Invalid" + Keys.letters(24))]
                let refused = try await portal.post(path, unknown)
                #expect(refused.status == 422 && refused.string("param") == "secret_key", "\(refused)")
                let red = try await portal.get(path)
                #expect(red["key_ok"] == false && red.string("status") != "connected", "\(red)")
                let key = try await portal.connect()
                let made = try await portal.seen(path, "registered, meter errors too") {
                    $0["webhook"].string("status") == "registered"
                        && $0["webhook"]["meter_errors"]?.string("status") == "registered"
                }
                #expect(made["webhook"]["endpoints_used"]?.integerValue == 1, "\(made)")
                let endpoint = made["webhook"].string("endpoint_id") ?? ""
                _ = try await house.standIn.stripe(.delete, "/v1/webhook_endpoints/\(endpoint)", key: key)
                _ = try await portal.post(path + "/verify")
                try await portal.seen(path, "missing") {
                    $0["webhook"].string("status") == "missing" && $0.string("status") == "degraded"
                }
                _ = try await portal.post(path + "/webhook/repair")
                let again = try await portal.seen(path, "registered again") {
                    $0["webhook"].string("status") == "registered" && $0.string("status") == "connected"
                }
                #expect(again["webhook"].string("endpoint_id") != endpoint)
                let kinds = try await house.sql("SELECT purpose, key_id, length(envelope) > 80 FROM app.sealed_secret")
                #expect(kinds.allSatisfy { $0[1] != nil && $0[2] != nil }, "\(kinds)")
                try await house.standIn.revoke(key)
                _ = try await portal.post(path + "/verify")
                try await portal.seen(path, "red") { $0.string("status") == "invalid" && $0["key_ok"] == false }
            }
        }

        @Test func `A6 B24: a live key shows as live; what is tried with test cards leaves the live side as it was`()
            async throws
        {
            try await House.with { house in
                let agency = UUID()
                let test = try await house.newPortal("Agency", agency: agency)
                let live = try await house.newPortal("Agency", livemode: true, agency: agency)
                let account = Keys.letters(15)
                let (testKey, liveKey) = (Keys.secret(account: account), Keys.secret(account: account, livemode: true))
                for (portal, wrong) in [(test, liveKey), (live, testKey)] {
                    let refused = try await portal.post(path, ["secret_key": .string(wrong)])
                    #expect(refused.status == 422 && refused.string("code") == "livemode_mismatch", "\(refused)")
                    #expect(refused.string("param") == "secret_key")
                }
                try await test.connect(testKey)
                _ = try await live.post(path, ["secret_key": .string(liveKey)])
                // Live webhooks need TLS, which there is not in this house: the key is good all the same.
                let shown = try await live.seen(path, "the live key is proven") { $0["key_ok"] == true }
                #expect(shown["livemode"] == true && shown.string("secret_key") == "sk_live_…" + liveKey.suffix(4))
                #expect(try await test.get(path)["livemode"] == false)

                let plan = try await PlanChangeRows.addPlan(test, 4_900, workspaces: 3)
                let client = try await test.addPayingClient(at: house.standIn)
                let id = try #require(try await test.buy(client, ["plan": .string(plan.id)]).target)
                #expect(try await test.bills(of: id, 1)[0]["amount_paid"]?["amount"] == 4_900)
                #expect(try await PlanChangeRows.limit(test, client) == 3)
                for list in ["clients", "products", "plans", "subscriptions", "invoices", "events"] {
                    #expect(try await live.get("/v1/\(list)").json.members.isEmpty, "\(list)")
                    #expect(try await test.get("/v1/\(list)").json.members.isEmpty == false, "\(list)")
                }
                for kind in ["customers", "products", "prices", "subscriptions", "invoices", "charges"] {
                    #expect(try await house.standIn.stripe(.get, "/v1/\(kind)", key: liveKey).json.members.isEmpty)
                    #expect(try await house.standIn.stripe(.get, "/v1/\(kind)", key: testKey).json.members.count == 1)
                }
                let foreign = try await live.get("/v1/clients/\(client)")
                #expect(foreign.status == 404, "\(foreign)")
            }
        }

        @Test func `A10: an account with 16 endpoints says so; with one less it is repaired`() async throws {
            try await House.with { house in
                let portal = try await house.newPortal()
                let key = Keys.secret()
                var last = ""
                for number in 1...16 {
                    let made = try await house.standIn.stripe(
                        .post, "/v1/webhook_endpoints", key: key,
                        form: [("url", "https://other.example/\(number)"), ("enabled_events[0]", "invoice.paid")])
                    last = made.string("id") ?? last
                }
                let answer = try await portal.post(path, ["secret_key": .string(key)])
                #expect(answer.string("code") == "stripe_endpoint_limit", "\(answer)")
                #expect(answer.string("detail")?.contains("16 of 16") == true, "\(answer)")
                let now = try await portal.get(path)
                #expect(now["webhook"]["endpoints_used"]?.integerValue == 16 && now.string("status") == "degraded")
                _ = try await house.standIn.stripe(.delete, "/v1/webhook_endpoints/\(last)", key: key)
                #expect(try await portal.post(path + "/webhook/repair").string("status") == "connected")
            }
        }

        @Test func `D13 K6 M3: Stripe Tax and meters are told as they stand, with links`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let now = try await portal.seen(path, "examined") {
                    $0["tax"].string("status") != nil && $0["clock_drift_seconds"] != .null
                }
                #expect(now["tax"].string("url") == "https://dashboard.stripe.com/settings/tax", "\(now["tax"])")
                #expect(now["tax"].string("status") == "pending", "\(now["tax"])")
                #expect(now["tax"]["missing_fields"]?.arrayValue?.isEmpty == false, "\(now["tax"])")
                let options = try await portal.get("/v1/product_options")["tax"]
                #expect(options["automatic_tax_available"] == false && options["status"] == "pending", "\(options)")
                #expect(options["url"] == "https://dashboard.stripe.com/settings/tax" && options.string("text") != nil)
                try await house.standIn.collectTax(key: key)
                _ = try await portal.post(path + "/verify")
                try await portal.seen("/v1/product_options", "tax can be collected") {
                    $0["tax"]["status"] == "active" && $0["tax"]["automatic_tax_available"] == true
                }
                #expect(now["meters"]["active"] == 0 && now["meters"].string("url")?.contains("/meters") == true)
                #expect((now["clock_drift_seconds"].integerValue ?? 999) < 60)
                let form = [
                    ("display_name", "Chats"), ("event_name", "chats"), ("default_aggregation[formula]", "sum"),
                ]
                _ = try await house.standIn.stripe(.post, "/v1/billing/meters", key: key, form: form)
                try await portal.seen(path, "a meter") { $0["meters"]["active"] == 1 }
            }
        }
    }
}
