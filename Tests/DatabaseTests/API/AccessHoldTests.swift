import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// Holds that only the agency, its credits or the platform open, and what a client's people may see of their own.
@Suite(.freshDatabase) struct AccessHoldTests {
    private var database: TestDatabase { TestDatabase.current }

    private func put(_ tenant: Tenancy, _ path: String, _ body: String) async -> Answer {
        await tenant.portal.send(.put, path, key: tenant.key, body: body)
    }

    /// A client with credits, some of which it used.
    private func spend(_ used: String, of total: Int, _ tenant: Tenancy) async throws -> String {
        let client = try await tenant.makeClient()
        let grant = #"{"credits": \#(total), "reason": "welcome"}"#
        #expect(await tenant.post("/v1/clients/\(client)/credit_grants", grant).status == 201)
        let use = #"{"credits": "\#(used)", "event_id": "\#(UUID())"}"#
        #expect(await tenant.post("/v1/clients/\(client)/credit_usage", use).status == 201)
        return client
    }

    @Test func `credits_exhausted: soft lets in and stops what is metered, block refuses, none does nothing`()
        async throws
    {
        let tenant = try await Portal().makeTenant()
        let plan = await tenant.post(
            "/v1/plans",
            """
            {"name": "Free", "quotas": [{"feature": "minutes", "type": "metered", "limit": 100, "reset": "period"},
              {"feature": "seats", "type": "static", "limit": 2}]}
            """)
        #expect(plan.status == 201 || plan.status == 202, "\(plan.text)")
        try await database.run("UPDATE app.plan SET status = 'active', is_default = true")
        #expect(await put(tenant, "/v1/credit_policy", #"{"on_exhausted": "soft"}"#).status == 200)
        let client = try await spend("10", of: 10, tenant)
        let access = await tenant.get("/v1/clients/\(client)/access")
        #expect(access["state"] == "active" && access["allowed"] == true, "\(access.text)")
        #expect(access["holds"][0]?["reason"] == "credits_exhausted" && access["holds"][0]?["effect"] == "metered")
        func check(_ feature: String) async -> Answer {
            await tenant.post("/v1/entitlements/check", #"{"client": "\#(client)", "feature": "\#(feature)"}"#)
        }
        let minutes = await check("minutes")
        #expect(minutes["allowed"] == false && minutes["reason"] == "credits_exhausted", "\(minutes.text)")
        #expect(await check("seats")["allowed"] == true)
        let all = await tenant.post("/v1/entitlements/query", #"{"client": "\#(client)"}"#)
        #expect(all["data"].arrayValue?.compactMap { $0["allowed"]?.boolValue } == [false, true], "\(all.text)")
        // What comes back opens it again.
        _ = await tenant.post("/v1/clients/\(client)/credit_grants", #"{"credits": 1, "reason": "more"}"#)
        #expect(await tenant.get("/v1/clients/\(client)/access")["holds"].arrayValue?.isEmpty == true)
        #expect(await check("minutes")["allowed"] == true)

        _ = await put(tenant, "/v1/credit_policy", #"{"on_exhausted": "block"}"#)
        let other = try await spend("5", of: 5, tenant)
        #expect(await tenant.get("/v1/clients/\(other)/access")["state"] == "blocked")
        // Another rule counts at once for those it shut out: credit is given, or nobody is shut out any more.
        _ = await put(tenant, "/v1/credit_policy", #"{"on_exhausted": "block", "floor": "-5"}"#)
        #expect(await tenant.get("/v1/clients/\(other)/access")["state"] == "active")
        #expect(
            await tenant.post("/v1/clients/\(other)/credit_usage", #"{"credits": 5, "event_id": "deep"}"#).status == 201
        )
        #expect(await tenant.get("/v1/clients/\(other)/access")["state"] == "blocked")
        _ = await put(tenant, "/v1/credit_policy", #"{"on_exhausted": "none", "floor": "-5"}"#)
        #expect(await tenant.get("/v1/clients/\(other)/access")["state"] == "active")
    }

    @Test func `a suspended agency comes back although one of its clients is out of credits`() async throws {
        let tenant = try await Portal().makeTenant()
        _ = await put(tenant, "/v1/credit_policy", #"{"on_exhausted": "soft"}"#)
        let client = try await spend("10", of: 10, tenant)
        try await database.run("SELECT app.suspend_tenant('\(tenant.id)', true)")
        #expect(try await database.value("SELECT access_state FROM app.client") == "blocked")
        try await database.run("SELECT app.suspend_tenant('\(tenant.id)', false)")
        #expect(await tenant.get("/v1/clients/\(client)/access")["state"] == "active")
    }

    @Test func `a block by hand that is longer, or of a higher role, takes the weaker one's place`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let client = try await tenant.makeClient()
        let billing = await tenant.post("/v1/portal_users", #"{"role": "billing"}"#)
        func block(_ body: String, as user: String? = nil) async -> Answer {
            await portal.send(
                .post, "/v1/clients/\(client)/access/block", key: tenant.key, body: body,
                headers: user.map { [("Tollgate-User", $0)] } ?? [])
        }
        let end = Int(Date().timeIntervalSince1970) + 3_600
        _ = await block(#"{"expires_at": \#(end), "reason": "late"}"#, as: billing.id)
        // The owner shuts the client out for good: neither the hour nor the billing role ends that.
        let owner = await block(#"{"reason": "abuse"}"#)
        #expect(owner["holds"].arrayValue?.count == 1 && owner["holds"][0]?["note"] == "abuse", "\(owner.text)")
        #expect(owner["holds"][0]?["expires_at"] == .null)
        // A weaker wish afterwards changes nothing.
        let weaker = await block(#"{"expires_at": \#(end), "reason": "late"}"#, as: billing.id)
        #expect(weaker["holds"][0]?["expires_at"] == .null && weaker["holds"][0]?["note"] == "abuse")
        let undo = await portal.send(
            .post, "/v1/clients/\(client)/access/reactivate", key: tenant.key, body: "{}",
            headers: [("Tollgate-User", billing.id)])
        #expect(undo.code == "hold_of_higher_role", "\(undo.text)")
        let holds = try await database.run(
            "SELECT release_kind FROM app.access_hold WHERE reason = 'manual' ORDER BY id")
        #expect(holds == [["superseded"], [nil]])
        #expect(await tenant.get("/v1/clients/\(client)/access/history")["data"].arrayValue?.count == 1)
    }

    @Test func `a client's state in one answer: what the caller may not read is null in it`() async throws {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let client = try await tenant.makeClient(card: true)
        let stranger = try await portal.makeTenant()
        let all = await tenant.get("/v1/clients/\(client)/state")
        #expect(all["object"] == "client_state" && all["client"]["id"]?.stringValue == client, "\(all.text)")
        #expect(all["access"]["state"] == "active" && all["payment_methods"][0]?["last4"] == "4242")
        #expect(all["subscriptions"].arrayValue?.isEmpty == true && all["invoices"].arrayValue?.isEmpty == true)
        let narrow = try await portal.makeKey(of: tenant.id, scopes: ["clients:read", "access:read"])
        let some = await portal.send(.get, "/v1/clients/\(client)/state", key: narrow)
        #expect(some["access"]["allowed"] == true && some["invoices"] == .null && some["subscriptions"] == .null)
        #expect(await stranger.get("/v1/clients/\(client)/state").code == "not_found")
    }

    @Test func `a client's people see their own purchases, price and quotas, and not the agency's margin`()
        async throws
    {
        let portal = try Portal()
        let tenant = try await portal.makeTenant()
        let (mine, other) = (try await tenant.makeClient(card: true), try await tenant.makeClient())
        _ = await put(tenant, "/v1/credit_pricing", #"{"agency_cost": "0.004", "currency": "usd"}"#)
        for client in [mine, other] {
            let quote = await tenant.post("/v1/credit_quotes", #"{"client": "\#(client)", "amount": 1000}"#)
            let page = #"{"quote": "\#(quote.id)", "method": "page", "success_url": "https://portal.example/"}"#
            let bought = await tenant.post("/v1/credit_purchases", page)
            #expect(bought.status == 202, "\(bought.text)")
        }
        _ = await tenant.post(
            "/v1/plans", #"{"name": "Free", "quotas": [{"feature": "seats", "type": "static", "limit": 2}]}"#)
        try await database.run("UPDATE app.plan SET status = 'active', is_default = true")
        let user = await tenant.post("/v1/portal_users", #"{"role": "client_admin", "client": "\#(mine)"}"#)
        func see(_ path: String) async -> Answer {
            await portal.send(.get, path, key: tenant.key, headers: [("Tollgate-User", user.id)])
        }
        let purchases = await see("/v1/credit_purchases")
        #expect(purchases["data"].arrayValue?.compactMap { $0["client"]?.stringValue } == [mine], "\(purchases.text)")
        let price = await see("/v1/credit_pricing")
        #expect(price["final_cost"] == "0.004" && price["examples"][0] == "$10 = 2500 credits", "\(price.text)")
        #expect(price["agency_cost"] == .null && price["base_cost"] == .null)
        #expect(await tenant.get("/v1/credit_pricing")["agency_cost"] == "0.004")
        let asked = await portal.send(
            .post, "/v1/entitlements/query", key: tenant.key,
            body: #"{"checks": [{"client": "\#(mine)", "feature": "seats"}]}"#, headers: [("Tollgate-User", user.id)])
        #expect(asked["data"][0]?["allowed"] == true, "\(asked.text)")
        #expect(await see("/v1/clients/\(other)/credit_balance").code == "not_found")
    }
}
