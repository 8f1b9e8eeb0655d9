import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// API keys over the API, and the users a portal acts for.
@Suite(.freshDatabase) struct PortalKeyTests {
    @Test func `a key is shown once, gives no more than its maker has, is rolled with overlap and revoked`()
        async throws
    {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let wish = #"{"name": "Reader", "scopes": ["clients:read", "keys:*"]}"#
        let made = await mine.post("/v1/api_keys", wish, idempotencyKey: "once")
        let key = try #require(made["key"].stringValue)
        #expect(made.status == 201 && key.hasPrefix("tg_test_") && made["last4"].stringValue == String(key.suffix(4)))
        let again = await mine.post("/v1/api_keys", wish, idempotencyKey: "once")
        #expect(again.status == 201 && again["key"] == .null && again.id == made.id)
        #expect(await mine.get("/v1/api_keys/\(made.id)")["key"] == .null)
        let stored = try await TestDatabase.current.value(
            "SELECT count(*) FROM app.idempotency WHERE position('\(key)' IN encode(body, 'escape')) > 0")
        #expect(stored == "0")

        #expect(await portal.send(.get, "/v1/clients", key: key).status == 200)
        #expect(await portal.send(.get, "/v1/invoices", key: key).code == "scope_missing")
        for scopes in [#"["clients:write"]"#, #"["*"]"#, #"["clients:*"]"#] {
            let body = #"{"name": "More", "scopes": \#(scopes)}"#
            #expect(await portal.send(.post, "/v1/api_keys", key: key, body: body).code == "scopes_beyond_own")
        }
        let less = await portal.send(
            .post, "/v1/api_keys", key: key, body: #"{"name": "Less", "scopes": ["clients:read"]}"#)
        #expect(less.status == 201 && less["created_by"].stringValue == made.id)
        #expect(await mine.post("/v1/api_keys", #"{"name": "x", "scopes": ["fly:high"]}"#).code == "invalid_scope")

        let rolled = await mine.post("/v1/api_keys/\(made.id)/roll", #"{"overlap_seconds": 3600}"#)
        let newKey = try #require(rolled["key"].stringValue)
        #expect(rolled.status == 201 && newKey != key && rolled["replaces"].stringValue == made.id)
        for either in [key, newKey] { #expect(await portal.send(.get, "/v1/clients", key: either).status == 200) }
        let old = await mine.get("/v1/api_keys/\(made.id)")
        #expect(old["expires_at"].integerValue != nil && old["status"] == "active")
        // The overlap passes.
        try await TestDatabase.current.run(
            "UPDATE app.api_key SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL")
        #expect(await portal.send(.get, "/v1/clients", key: key).status == 401)
        #expect(await mine.post("/v1/api_keys/\(made.id)/roll").code == "api_key_ended")

        let gone = await portal.send(.delete, "/v1/api_keys/\(rolled.id)", key: mine.key)
        #expect(gone["status"] == "revoked")
        #expect(await portal.send(.get, "/v1/clients", key: newKey).status == 401)
        let used = await mine.get("/v1/api_keys/\(less.id)")
        #expect(used["last_used_at"] == .null)
    }

    @Test func `V10: the database makes no live key for a test tenant and brings none back`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        for (sql, constraint) in [
            ("UPDATE app.api_key SET prefix = 'tg_live_' WHERE tenant_id = \(mine.number)", "other mode"),
            (
                "UPDATE app.api_key SET revoked_at = now(); UPDATE app.api_key SET revoked_at = NULL",
                "does not come back"
            ),
        ] {
            do {
                try await TestDatabase.current.run(sql)
                Issue.record("accepted: \(sql)")
            } catch {
                #expect("\(error)".contains(constraint), "\(error)")
            }
        }
    }

    @Test func `a user narrows the key, a client's user sees that client alone, at every address`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let (own, other) = (try await mine.makeClient(card: true), try await mine.makeClient())
        let price = try await mine.makePrice()
        var subscriptions: [String] = []
        for client in [own, other] {
            let answer = await mine.post(
                "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
            subscriptions.append(answer.target)
        }
        let user = await mine.post(
            "/v1/portal_users", #"{"role": "client_admin", "client": "\#(own)", "external_id": "u-1"}"#)
        #expect(user.status == 201, "\(user.text)")
        func asUser(_ method: HTTPMethod, _ path: String, _ name: String, body: String? = nil) async -> Answer {
            await portal.send(
                method, path, key: mine.key, body: body,
                headers: [("Tollgate-User", name), ("Idempotency-Key", UUID().uuidString)])
        }
        for name in [user.id, "ext:u-1"] {
            #expect(await asUser(.get, "/v1/clients/\(own)", name).status == 200)
            #expect(await asUser(.get, "/v1/clients/\(other)", name).status == 404)
            #expect(await asUser(.get, "/v1/clients/\(other)/access", name).status == 404)
            #expect(await asUser(.get, "/v1/subscriptions/\(subscriptions[1])", name).status == 404)
            let list = await asUser(.get, "/v1/subscriptions", name)
            #expect(list["data"].arrayValue?.compactMap { $0["id"]?.stringValue } == [subscriptions[0]])
            #expect(await asUser(.get, "/v1/clients", name)["data"].arrayValue?.count == 1)
        }
        for name in ["pu_nonsense", "ext:nobody", ""] {
            #expect(await asUser(.get, "/v1/clients", name).code == "user_unknown")
        }
        // Every address that changes something but the client's own is closed to a client's people.
        for route in Routes.all where route.method != .get && route.scope != nil {
            guard let scope = route.scope, !scope.hasPrefix("me:"), !scope.hasSuffix(":read"),
                scope != "clients:add_card"
            else { continue }
            let path = route.pattern.replacing("{client}", with: own).replacing(/\{[a-z_]+\}/, with: "cl_1")
            let answer = await asUser(route.method, path, user.id, body: "{}")
            #expect(answer.status == 403, "\(route.method.rawValue) \(route.pattern): \(answer.text)")
        }
        let disabled = await portal.send(.delete, "/v1/portal_users/\(user.id)", key: mine.key)
        #expect(disabled["status"] == "disabled")
        #expect(await asUser(.get, "/v1/clients/\(own)", user.id).code == "user_unknown")
    }

    @Test func `a client's administrator adds a card to that client alone; its other people, and readers, do not`()
        async throws
    {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let (own, other) = (try await mine.makeClient(), try await mine.makeClient())
        func user(_ role: String) async -> String {
            let client = role.hasPrefix("client") ? #", "client": "\#(own)""# : ""
            return await mine.post("/v1/portal_users", #"{"role": "\#(role)"\#(client)}"#).id
        }
        func open(_ client: String, as user: String, key: String? = nil) async -> Answer {
            await portal.send(
                .post, "/v1/clients/\(client)/payment_setup", key: key ?? mine.key,
                body: #"{"success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"}"#,
                headers: [("Tollgate-User", user), ("Idempotency-Key", UUID().uuidString)])
        }
        let admin = await user("client_admin")
        let opened = await open(own, as: admin)
        #expect(opened.status == 202 && opened.target.hasPrefix("ps_"), "\(opened.text)")
        let followed = await portal.send(
            .get, "/v1/clients/\(own)/payment_methods", key: mine.key, headers: [("Tollgate-User", admin)])
        #expect(followed.status == 200, "\(followed.text)")
        #expect(await open(other, as: admin).code == "not_found")
        #expect(await open(own, as: await user("billing")).status == 202)
        for role in ["client_member", "support"] {
            let refused = await open(own, as: await user(role))
            #expect(refused.status == 403 && refused.code == "role_forbids", "\(role): \(refused.text)")
        }
        // The part needs no more than itself, and whoever may change a client may do it too.
        for (scopes, status) in [(#""clients:add_card""#, 202), (#""clients:write""#, 202), (#""clients:read""#, 403)] {
            let key = await mine.post("/v1/api_keys", #"{"name": "k", "scopes": [\#(scopes), "users:read"]}"#)
            let answer = await portal.send(
                .post, "/v1/clients/\(own)/payment_setup", key: key["key"].stringValue ?? "",
                body: #"{"success_url": "https://portal.example/ok", "cancel_url": "https://portal.example/no"}"#,
                headers: [("Idempotency-Key", UUID().uuidString)])
            #expect(answer.status == status, "\(scopes): \(answer.text)")
        }
    }

    @Test func `nobody makes somebody above, and the audit log names the user`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let admin = await mine.post("/v1/portal_users", #"{"role": "admin", "email": "a@b.example"}"#)
        func asAdmin(_ path: String, _ body: String) async -> Answer {
            await portal.send(.post, path, key: mine.key, body: body, headers: [("Tollgate-User", admin.id)])
        }
        #expect(await asAdmin("/v1/portal_users", #"{"role": "owner"}"#).code == "role_forbids")
        let support = await asAdmin("/v1/portal_users", #"{"role": "support"}"#)
        #expect(support.status == 201)
        #expect(await asAdmin("/v1/portal_users", #"{"role": "client_admin"}"#).code == "parameter_missing")
        let log = await mine.get("/v1/audit_log?target=\(support.id)")
        let entry = log["data"][0] ?? .null
        #expect(entry["actor"]?.stringValue == admin.id && entry["user"]?.stringValue == admin.id, "\(log.text)")
        #expect(entry["api_key"]?.stringValue?.hasPrefix("key_") == true && entry["request_id"] == "req_test")
    }
}
