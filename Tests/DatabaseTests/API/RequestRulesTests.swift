import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// Rules that hold for every request alike: what a body may be, where a mistake is, what is done once.
@Suite(.freshDatabase) struct RequestRulesTests {
    @Test(arguments: ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/json", ""])
    func `a body that is labelled as anything but JSON is 415, whatever it looks like`(label: String) async throws {
        let tenant = try await Portal().makeTenant()
        for (method, path) in [
            (HTTPMethod.post, "/v1/clients"), (.patch, "/v1/settings"), (.put, "/v1/usage_policy"),
            (.post, "/v1/usage_events"), (.post, "/v1/payment_processor/verify"), (.post, "/v1/entitlements/query"),
            (.delete, "/v1/payment_processor"),
        ] {
            let answer = await tenant.portal.send(
                method, path, key: tenant.key, body: #"{"name": "x"}"#,
                headers: [("Content-Type", label), ("Idempotency-Key", UUID().uuidString)])
            #expect(answer.status == 415 && answer.code == "unsupported_media_type", "\(path): \(answer.text)")
            #expect(answer["param"] == "Content-Type")
        }
        #expect(try await TestDatabase.current.value("SELECT count(*) FROM app.client") == "0")
    }

    @Test func `JSON is labelled with or without a charset; without a body the label says nothing`() async throws {
        let tenant = try await Portal().makeTenant()
        for label in ["application/json; charset=utf-8", "Application/JSON"] {
            let answer = await tenant.portal.send(
                .post, "/v1/clients", key: tenant.key, body: #"{"name": "x"}"#, headers: [("Content-Type", label)])
            #expect(answer.status == 201, "\(label): \(answer.text)")
        }
        let empty = await tenant.portal.send(
            .post, "/v1/payment_processor/verify", key: tenant.key, body: "",
            headers: [("Content-Type", "text/plain"), ("Idempotency-Key", "one")])
        #expect(empty.status == 202, "\(empty.text)")
    }

    @Test func `what moves credits wants an Idempotency-Key, and asked again is done once`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        let path = "/v1/clients/\(client)"
        func send(_ place: String, _ body: String, key: String?) async -> Answer {
            await tenant.portal.send(
                .post, path + place, key: tenant.key, body: body,
                headers: key.map { [("Idempotency-Key", $0)] } ?? [])
        }
        func twice(_ place: String, _ body: String) async -> Answer {
            let without = await send(place, body, key: nil)
            #expect(without.status == 400 && without.code == "idempotency_key_missing", "\(place): \(without.text)")
            let first = await send(place, body, key: "the key of \(place)".replacing(" ", with: "-"))
            let again = await send(place, body, key: "the key of \(place)".replacing(" ", with: "-"))
            #expect(first.status < 300 && again.body == first.body, "\(place): \(first.text) \(again.text)")
            #expect(again.headers["Idempotent-Replayed"] == "true")
            return first
        }
        _ = await twice("/credit_grants", #"{"credits": 10, "reason": "welcome"}"#)
        let hold = await twice("/credit_holds", #"{"credits": 4}"#)
        let other = await send("/credit_holds", #"{"credits": 3}"#, key: "other")
        _ = await twice("/credit_holds/\(hold.id)/capture", "{}")
        _ = await twice("/credit_holds/\(other.id)/release", "{}")
        let balance = await tenant.get("\(path)/credit_balance")
        #expect(balance["credits"] == "6" && balance["held"] == "0", "\(balance.text)")
    }

    /// What is asked for by an id nobody has: the address, the body, and where the id stands in it.
    private static let strangers: [(path: String, body: String, param: String)] = [
        ("/v1/agents", #"{"client": "CLIENT", "name": "x", "platform": "text"}"#, "client"),
        ("/v1/credit_quotes", #"{"client": "CLIENT", "amount": 100}"#, "client"),
        ("/v1/credit_purchases", #"{"quote": "QUOTE"}"#, "quote"),
        ("/v1/access/token", #"{"client": "CLIENT"}"#, "client"),
        ("/v1/entitlements/check", #"{"client": "CLIENT", "feature": "seats"}"#, "client"),
        ("/v1/entitlements/query", #"{"client": "CLIENT"}"#, "client"),
        (
            "/v1/entitlements/query",
            #"{"checks": [{"client": "MINE", "feature": "a"}, {"client": "CLIENT", "feature": "a"}]}"#,
            "checks[1].client"
        ),
        ("/v1/portal_users", #"{"role": "client_member", "client": "CLIENT"}"#, "client"),
        ("/v1/invoices", #"{"client": "CLIENT", "price": "PRICE", "collection": "auto_charge"}"#, "client"),
        ("/v1/invoices", #"{"client": "MINE", "price": "PRICE", "collection": "auto_charge"}"#, "price"),
        ("/v1/subscriptions", #"{"client": "CLIENT", "price": "PRICE"}"#, "client"),
        ("/v1/subscriptions", #"{"client": "MINE", "price": "PRICE"}"#, "price"),
        ("/v1/subscriptions", #"{"client": "MINE", "items": [{"price": "PRICE"}]}"#, "items[0].price"),
        ("/v1/subscriptions", #"{"client": "MINE", "product": "PRODUCT"}"#, "product"),
        ("/v1/subscriptions", #"{"client": "MINE", "plan": "PLAN"}"#, "plan"),
        ("/v1/subscriptions", #"{"client": "MINE", "price": "SOLD", "coupon": "COUPON"}"#, "coupon"),
        ("/v1/subscriptions/preview", #"{"client": "CLIENT", "price": "PRICE"}"#, "client"),
        ("/v1/plans", #"{"name": "x", "prices": [{"price": "SOLD"}, {"price": "PRICE"}]}"#, "prices[1].price"),
        ("/v1/usage_events/reattribute", #"{"agent": "AGENT"}"#, "agent"),
    ]

    @Test func `an id in a body that nobody has is 404 with its place, ours and the portal's own alike`() async throws {
        let tenant = try await Portal().makeTenant()
        let (client, price) = (try await tenant.makeClient(card: true), try await tenant.makePrice())
        let none = String(repeating: "0", count: 32)
        let own = [
            "CLIENT": "cl_", "QUOTE": "cq_", "PRICE": "pr_", "PRODUCT": "pd_", "PLAN": "pl_", "COUPON": "co_",
            "AGENT": "ag_",
        ]
        for (path, body, param) in Self.strangers where path != "/v1/access/token" {
            var form = body.replacing("MINE", with: client).replacing("SOLD", with: price)
            for (word, prefix) in own { form = form.replacing("\"\(word)\"", with: "\"\(prefix)\(none)\"") }
            let answer = await tenant.post(path, form)
            #expect(answer.status == 404 && answer.code == "not_found", "\(path) \(form): \(answer.text)")
            #expect(answer["param"] == .string(param), "\(path) \(form): \(answer.text)")
            #expect(answer["errors"][0]?["param"] == .string(param), "\(path) \(form): \(answer.text)")
        }
        for (path, body, param) in Self.strangers where body.contains("CLIENT") {
            let form = body.replacing("MINE", with: client).replacing("CLIENT", with: "ext:nobody")
            let answer = await tenant.post(path, form)
            #expect(answer.status == 404 && answer["param"] == .string(param), "\(path) \(form): \(answer.text)")
        }
        let agents = await tenant.post("/v1/subscriptions", #"{"client": "\#(client)", "agents": ["ext:nobody"]}"#)
        #expect(agents.status == 404 && agents["param"] == "agents[0]", "\(agents.text)")
        let query = await tenant.get("/v1/subscriptions?client=ext:nobody")
        #expect(query.status == 404 && query["param"] == "client", "\(query.text)")
        #expect(await tenant.get("/v1/clients/ext:nobody")["param"] == .null)
    }

    @Test(arguments: [
        " ", "\u{A0}\u{200B}", #"a\nb"#, #"a\tb"#, #"a\u0007"#, "a\u{85}b", "a\u{202E}b", "\u{2066}a", "a\u{2028}b",
        "\u{3164}",
    ])
    func `names that are blank, break lines or turn the text around are refused by their field`(name: String)
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        let price = #""price": {"amount": 1, "currency": "usd"}"#
        for (path, body, param) in [
            ("/v1/clients", #"{"name": "NAME"}"#, "name"),
            ("/v1/clients", #"{"name": "x", "external_id": "NAME"}"#, "external_id"),
            ("/v1/products", #"{"name": "NAME", "pricing_model": "one_time", \#(price)}"#, "name"),
            ("/v1/plans", #"{"name": "NAME"}"#, "name"),
            ("/v1/agents", #"{"client": "\#(client)", "name": "NAME", "platform": "text"}"#, "name"),
            ("/v1/coupons", #"{"name": "NAME", "percent_off": 5, "duration": "once"}"#, "name"),
            ("/v1/api_keys", #"{"name": "NAME", "scopes": ["*"]}"#, "name"),
            ("/v1/portal_users", #"{"name": "NAME", "role": "support"}"#, "name"),
            ("/v1/meters", #"{"display_name": "NAME", "metric": "seconds"}"#, "display_name"),
        ] {
            let answer = await tenant.post(path, body.replacing("NAME", with: name))
            #expect(answer.status == 400 && answer.code == "invalid_field", "\(path): \(answer.text)")
            #expect(answer["param"] == .string(param), "\(path): \(answer.text)")
        }
        let changed = await tenant.patch("/v1/clients/\(client)", #"{"name": "\#(name)"}"#)
        #expect(changed.status == 400 && changed["param"] == "name", "\(changed.text)")
    }

    @Test func `a long text keeps its lines; a name may be in any writing`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        let reason = #"{"credits": 1, "reason": "first line\n\tsecond line"}"#
        #expect(await tenant.post("/v1/clients/\(client)/credit_grants", reason).status == 201)
        for name in ["شركة الأسنان", "牙科诊所", "Zoë & Søn 🦷", "a\u{301}\u{200D}b"] {
            let made = await tenant.post("/v1/clients", #"{"name": "\#(name)"}"#)
            #expect(made.status == 201 && made["name"] == .string(name), "\(made.text)")
        }
    }

    @Test func `settings have bounds, are changed by what is mentioned, and stand in the audit log`() async throws {
        let tenant = try await Portal().makeTenant()
        let first = await tenant.get("/v1/settings")
        #expect(first["retention_days"] == 180 && first["settle_seconds"] == 60, "\(first.text)")
        let changed = await tenant.patch("/v1/settings", #"{"retention_days": 30}"#)
        #expect(changed.status == 200 && changed["retention_days"] == 30 && changed["settle_seconds"] == 60)
        for (body, param) in [
            (#"{"retention_days": 29}"#, "retention_days"), (#"{"retention_days": 3651}"#, "retention_days"),
            (#"{"settle_seconds": -1}"#, "settle_seconds"), (#"{"settle_seconds": 3601}"#, "settle_seconds"),
            (#"{"settle_seconds": null}"#, "settle_seconds"),
        ] {
            let refused = await tenant.patch("/v1/settings", body)
            #expect(refused.status == 400 && refused["param"] == .string(param), "\(body): \(refused.text)")
        }
        #expect(await tenant.patch("/v1/settings", #"{"settle_seconds": 0}"#)["settle_seconds"] == 0)
        let logged = await tenant.get("/v1/audit_log?action=settings.change")
        #expect(logged["data"].arrayValue?.count == 2, "\(logged.text)")
        let other = try await tenant.portal.makeTenant()
        #expect(await other.get("/v1/settings")["retention_days"] == 180)
    }
}
