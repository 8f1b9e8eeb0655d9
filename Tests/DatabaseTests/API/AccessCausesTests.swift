import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// What besides payment decides whether a client comes in, and the conventions of the API around it.
@Suite(.freshDatabase) struct AccessCausesTests {
    private var database: TestDatabase { TestDatabase.current }

    @Test func `a block by hand ends at its time, and is undone by the same or a higher role only`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let billing = await mine.post("/v1/portal_users", #"{"role": "billing"}"#)
        let end = Int(Date().timeIntervalSince1970) + 3_600
        let past = await mine.post("/v1/clients/\(client)/access/block", #"{"expires_at": 1000}"#)
        #expect(past.code == "moment_out_of_range")
        let blocked = await mine.post(
            "/v1/clients/\(client)/access/block", #"{"reason": "abuse", "expires_at": \#(end)}"#)
        #expect(blocked["state"] == "blocked" && blocked["holds"][0]?["note"] == "abuse", "\(blocked.text)")
        #expect(blocked["holds"][0]?["expires_at"]?.integerValue == Int64(end))
        let job = try await database.value("SELECT count(*) FROM app.command WHERE kind = 'access.deadline'")
        #expect(job == "1")
        let refused = await portal.send(
            .post, "/v1/clients/\(client)/access/reactivate", key: mine.key, body: "{}",
            headers: [("Tollgate-User", billing.id)])
        #expect(refused.code == "hold_of_higher_role", "\(refused.text)")
        let back = await mine.post("/v1/clients/\(client)/access/reactivate")
        #expect(back["state"] == "active")
        let history = await mine.get("/v1/clients/\(client)/access/history")
        let chain = history["data"][0]?["chain"]?.arrayValue ?? []
        #expect(
            chain.compactMap { $0["object"]?.stringValue } == ["api_key", "hold", "state"]
                && chain.last?["id"] == "active", "\(history.text)")
        let told = try await database.value(
            "SELECT string_agg(type, ' ' ORDER BY seq) FROM app.portal_event WHERE subject = '\(client)'")
        #expect(told == "access.blocked access.reactivated")
    }

    @Test func `the rules are read and written whole, with before and after in the log`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        #expect(await mine.get("/v1/dunning_policy")["block_on"] == "canceled_for_nonpayment")
        func put(_ body: String) async -> Answer {
            await portal.send(.put, "/v1/dunning_policy", key: mine.key, body: body)
        }
        #expect(await put(#"{"block_on": "grace_elapsed"}"#).code == "parameter_missing")
        let saved = await put(#"{"block_on": "grace_elapsed", "grace_days": 7, "dispute": "block"}"#)
        #expect(saved["grace_days"] == 7 && saved["dispute"] == "block" && saved["no_subscription"] == "keep")
        let entry = await mine.get("/v1/audit_log?action=dunning_policy.change")["data"][0] ?? .null
        #expect(entry["before"]?["grace_days"] == .null && entry["after"]?["grace_days"] == 7)
    }

    @Test func `a suspended agency's clients are blocked by the platform, and come back as they were`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let (open, shut) = (try await mine.makeClient(), try await mine.makeClient())
        _ = await mine.post("/v1/clients/\(shut)/access/block")
        try await database.run("SELECT app.suspend_tenant('\(mine.id)', true)")
        let states = "SELECT string_agg(access_state, ' ' ORDER BY id) FROM app.client"
        #expect(try await database.value(states) == "blocked blocked")
        #expect(await mine.get("/v1/clients").status == 401)
        try await database.run("SELECT app.suspend_tenant('\(mine.id)', false)")
        #expect(await mine.get("/v1/clients/\(open)/access")["state"] == "active")
        #expect(await mine.get("/v1/clients/\(shut)/access")["state"] == "blocked")
        let history = await mine.get("/v1/clients/\(open)/access/history")
        #expect(history["data"].arrayValue?.count == 2 && history["data"][0]?["cause"]?["kind"] == "operator")
        #expect(await mine.get("/v1/audit_log/verify")["intact"] == true)
    }

    @Test func `what a suspension tells the portal has the shape of every other change of access`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        let client = try await mine.makeClient()
        let waiting = try await mine.makeClient()
        _ = await mine.post("/v1/clients/\(client)/access/block")
        _ = await mine.post("/v1/clients/\(client)/access/reactivate")
        let number = String(waiting.dropFirst("cl_".count))
        try await database.run(
            """
            INSERT INTO app.access_hold (tenant_id, id, client_id, reason, effect, cause_kind, cause_id, deadline_at)
            SELECT tenant_id, gen_random_uuid(), '\(number)', 'payment_failed', 'past_due', 'event', 'evt_1',
                   '2030-01-01T00:00:00.9Z' FROM app.tenant;
            UPDATE app.client SET access_state = 'past_due' WHERE id = '\(number)'
            """)
        try await database.run("SELECT app.suspend_tenant('\(mine.id)', true)")
        try await database.run("SELECT app.suspend_tenant('\(mine.id)', false)")
        func told(_ client: String) async throws -> [JSON] {
            let list = await mine.get("/v1/events?subject=\(client)")
            return (list["data"].arrayValue ?? []).reversed()
        }
        let events = try await told(client)
        #expect(
            events.map { $0["type"] } == [
                "access.blocked", "access.reactivated", "access.blocked", "access.reactivated",
            ], "\(events)")
        // Pairs: by hand, and by the platform.
        for (hand, platform) in zip(events[..<2], events[2...]) {
            let (one, other) = (hand["data"] ?? .null, platform["data"] ?? .null)
            #expect(try shape(one) == shape(other), "\(other)")
            for field in ["client", "from", "to", "allowed", "deadline"] {
                #expect(one[field] == other[field], "\(field): \(other)")
            }
        }
        #expect(events[2]["data"]?["reasons"] == ["tenant"] && events[3]["data"]?["reasons"] == [])
        #expect(events[2]["data"]?["cause"] == ["kind": "operator", "id": "operator"])
        // Who comes back into a grace is told so, with its end.
        let grace = try await told(waiting)
        #expect(grace.map { $0["type"] } == ["access.blocked", "access.grace_started"], "\(grace)")
        #expect(grace.last?["data"]?["reasons"] == ["payment_failed"])
        #expect(grace.last?["data"]?["deadline"] == 1_893_456_000 && grace.last?["data"]?["allowed"] == true)
        // The documentation lists just these fields.
        let documented = ["client", "from", "to", "allowed", "reasons", "deadline", "cause"]
        #expect(try shape(events[2]["data"] ?? .null) == documented.sorted())
    }

    /// The names of an object's fields.
    private func shape(_ json: JSON) throws -> [String] {
        guard case .object(let fields) = json else { return [] }
        return fields.map(\.key).sorted()
    }

    @Test func `other ids, tags, versions and rehearsals`() async throws {
        let portal = try Portal()
        let mine = try await portal.makeTenant()
        _ = await mine.post("/v1/clients", #"{"name": "Bakery", "external_id": "b-1"}"#)
        let simple = await mine.post("/v1/clients", #"{"name": "Mill", "external_id": "m-1"}"#)
        let shown = await mine.get("/v1/clients/ext:m-1")
        #expect(shown.id == simple.id && shown.headers["Tollgate-Version"] == "2026-11-21")
        #expect(await mine.get("/v1/clients/ext:nobody").code == "not_found")
        let user = await mine.post("/v1/portal_users", #"{"role": "client_member", "client": "ext:m-1"}"#)
        #expect(user["client"].stringValue == simple.id, "\(user.text)")
        #expect(await mine.get("/v1/portal_users?client=ext:m-1")["data"].arrayValue?.count == 1)

        let tag = try #require(shown.headers["ETag"])
        func patch(_ tag: String, _ name: String) async -> Answer {
            await portal.send(
                .patch, "/v1/clients/ext:m-1", key: mine.key, body: #"{"name": "\#(name)"}"#,
                headers: [("If-Match", tag)])
        }
        #expect(await patch(tag, "Mill 2").status == 200)
        let stale = await patch(tag, "Mill 3")
        #expect(stale.status == 412 && stale.code == "precondition_failed")
        let version = await portal.send(
            .get, "/v1/clients", key: mine.key, headers: [("Tollgate-Version", "1999-01-01")])
        #expect(version.code == "version_unknown")

        let dry = await mine.post("/v1/clients?dry_run=true", #"{"name": "Nobody"}"#)
        #expect(dry["object"] == "dry_run" && dry["outcome"]["name"] == "Nobody", "\(dry.text)")
        let price = await mine.post(
            "/v1/products?dry_run=true",
            #"{"name": "Pro", "pricing_model": "base_fee", "billing_period": "monthly", "price": {"amount": 5, "currency": "usd"}}"#
        )
        #expect(price["planned"].arrayValue == ["product.publish"], "\(price.text)")
        #expect(await mine.get("/v1/products")["data"].arrayValue?.isEmpty == true)
        #expect(await mine.get("/v1/clients")["data"].arrayValue?.count == 2)
    }
}
