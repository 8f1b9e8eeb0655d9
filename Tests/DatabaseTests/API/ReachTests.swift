import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API
@testable import Billing

/// What a narrow key reaches through broad answers: nothing it could not read or do by itself.
@Suite(.freshDatabase) struct ReachTests {
    private var database: TestDatabase { TestDatabase.current }

    @Test func `a link into the Stripe account is shown only to who may ask for one`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let link = try await command(MakeDashboardLink.kind, of: mine, ended: #"{"url": "https://connect.example/in"}"#)
        let reader = try await portal.makeKey(of: mine.id, scopes: ["commands:*"])
        let owner = try await portal.makeKey(of: mine.id, scopes: ["commands:read", "processor:write"])
        let seen = await portal.send(.get, "/v1/commands/\(link)", key: reader)
        #expect(seen.status == 200 && seen["result"] == .null && !seen.text.contains("connect.example"), "\(seen.text)")
        let shown = await portal.send(.get, "/v1/commands/\(link)", key: owner)
        #expect(shown["result"]["url"] == "https://connect.example/in", "\(shown.text)")
    }

    @Test func `commands about the Stripe account are ended and tried again by who may give them`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let job = await mine.post("/v1/payment_processor/verify")
        #expect(job.status == 202, "\(job.text)")
        let narrow = try await portal.makeKey(of: mine.id, scopes: ["commands:*"])
        for verb in ["cancel", "retry"] {
            let answer = await portal.send(.post, "/v1/commands/\(job.id)/\(verb)", key: narrow, body: "{}")
            #expect(answer.status == 403 && answer.code == "scope_missing", "\(verb): \(answer.text)")
        }
        let wide = try await portal.makeKey(of: mine.id, scopes: ["commands:*", "processor:*"])
        #expect(await portal.send(.post, "/v1/commands/\(job.id)/cancel", key: wide, body: "{}").status == 200)
        let client = try await mine.makeClient()
        let setup = await mine.post(
            "/v1/clients/\(client)/payment_setup", #"{"success_url": "https://a.b/c", "cancel_url": "https://a.b/d"}"#)
        #expect(await portal.send(.post, "/v1/commands/\(setup.id)/cancel", key: narrow, body: "{}").status == 200)
    }

    @Test func `the one answer of everything holds what the key may read by itself, and null for the rest`()
        async throws
    {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient(card: true)
        let price = try await mine.makePrice()
        _ = await mine.post("/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        let whole = await mine.get("/v1/clients/\(client)/state")
        #expect(whole["subscriptions"].arrayValue?.count == 1 && whole["invoices"].arrayValue != nil, "\(whole.text)")
        let narrow = try await portal.makeKey(of: mine.id, scopes: ["clients:read", "access:read"])
        let part = await portal.send(.get, "/v1/clients/\(client)/state", key: narrow)
        #expect(part["client"]["id"]?.stringValue == client && part["access"]["state"] != nil, "\(part.text)")
        #expect(part["subscriptions"] == .null && part["invoices"] == .null, "\(part.text)")
    }

    @Test func `an export is for who may read all of it; the audit log's share for who may read that`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let reads = ["access", "credits", "invoices", "subscriptions", "usage", "users"].map { "\($0):read" }
        func export(_ scopes: [String]) async throws -> Answer {
            let key = try await portal.makeKey(of: mine.id, scopes: scopes)
            return await portal.send(.post, "/v1/clients/\(client)/export", key: key, body: "{}")
        }
        let narrow = try await export(["clients:*"])
        #expect(narrow.status == 403 && narrow.code == "scope_missing", "\(narrow.text)")
        let wide = try await export(["clients:*"] + reads)
        #expect(wide.status == 200 && wide["tables"]["client"] != nil && wide["tables"]["audit_entry"] == nil)
        #expect(try await export(["clients:*", "audit:read"] + reads)["tables"]["audit_entry"] != nil)
    }

    @Test func `a key that an administrator made stands no higher than its maker, whomever it names`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let admin = await mine.post("/v1/portal_users", #"{"role": "admin"}"#)
        let owner = await mine.post("/v1/portal_users", #"{"role": "owner"}"#)
        let made = await portal.send(
            .post, "/v1/api_keys", key: mine.key, body: #"{"name": "Mine", "scopes": ["*"]}"#,
            headers: [("Tollgate-User", admin.id)])
        let key = try #require(made["key"].stringValue, "\(made.text)")
        let client = try await mine.makeClient()
        #expect(await mine.post("/v1/clients/\(client)/access/block", "{}").status < 300)
        for user in [[], [("Tollgate-User", owner.id)]] {
            let crown = await portal.send(
                .post, "/v1/portal_users", key: key, body: #"{"role": "owner"}"#, headers: user)
            #expect(crown.status == 403 && crown.code == "role_forbids", "\(user): \(crown.text)")
            let undone = await portal.send(
                .post, "/v1/clients/\(client)/access/reactivate", key: key, body: "{}", headers: user)
            #expect(undone.status == 403, "\(user): \(undone.text)")
        }
        let second = await portal.send(
            .post, "/v1/api_keys", key: key, body: #"{"name": "Child", "scopes": ["*"]}"#)
        let child = try #require(second["key"].stringValue, "\(second.text)")
        let crown = await portal.send(.post, "/v1/portal_users", key: child, body: #"{"role": "owner"}"#)
        #expect(crown.code == "role_forbids", "\(crown.text)")
        #expect(await mine.post("/v1/portal_users", #"{"role": "owner"}"#).status == 201)
    }

    @Test func `a rolled key goes on for a while, and neither makes nor ends keys`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let made = await mine.post("/v1/api_keys", #"{"name": "Leaked", "scopes": ["*"]}"#)
        let leaked = try #require(made["key"].stringValue, "\(made.text)")
        let rolled = await portal.send(
            .post, "/v1/api_keys/\(made.id)/roll", key: leaked, body: #"{"overlap_seconds": 3600}"#)
        let new = try #require(rolled["key"].stringValue, "\(rolled.text)")
        #expect(await portal.send(.get, "/v1/clients", key: leaked).status == 200)
        let attempts: [(HTTPMethod, String, String?)] = [
            (.post, "/v1/api_keys", #"{"name": "Mine", "scopes": ["*"]}"#),
            (.post, "/v1/api_keys/\(rolled.id)/roll", "{}"), (.delete, "/v1/api_keys/\(rolled.id)", nil),
        ]
        for (method, path, body) in attempts {
            let answer = await portal.send(method, path, key: leaked, body: body)
            #expect(answer.code == "api_key_ended", "\(method.rawValue) \(path): \(answer.text)")
        }
        let heir = await portal.send(.post, "/v1/api_keys", key: new, body: #"{"name": "Heir", "scopes": ["*"]}"#)
        #expect(heir.status == 201, "\(heir.text)")
    }

    @Test func `ids in other words: a request names at most two hundred, and one look-up answers each`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        _ = await mine.post("/v1/clients", #"{"name": "Mill", "external_id": "m-1"}"#)
        let many = (0..<201).map { #""ext:x\#($0)""# }.joined(separator: ",")
        let flood = await mine.post("/v1/clients", #"{"name": "Mill", "agents": [\#(many)]}"#)
        #expect(flood.status == 400 && flood.code == "invalid_fields", "\(flood.text)")
        let same = Array(repeating: #""ext:m-1""#, count: 300).joined(separator: ",")
        let answer = await mine.post("/v1/clients", #"{"name": "Mill", "clients": [\#(same)]}"#)
        #expect(answer.code == "unknown_field", "the one that is named is looked up once: \(answer.text)")
    }

    private func command(_ kind: String, of tenancy: Tenancy, ended result: String) async throws -> String {
        let id = UUID()
        try await database.run(
            """
            INSERT INTO app.command (tenant_id, public_id, queue_id, kind, payload, outcome, finished_at, result)
            VALUES (\(tenancy.number), '\(id)', 1, '\(kind)', '{}', 'done', now(), '\(result)')
            """)
        return Command.ID(rawValue: id).text
    }
}
