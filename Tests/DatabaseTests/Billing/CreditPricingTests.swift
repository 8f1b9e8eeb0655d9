import Foundation
import HTTPTypes
import Postgres
import TestSupport
import Testing

@testable import API
@testable import Billing

/// What a credit costs, in versions, and what an amount buys by each.
@Suite(.freshDatabase) struct CreditPricingTests {
    private let database = TestDatabase.current

    private func price(_ tenant: Tenancy, _ body: String) async -> Answer {
        await tenant.portal.send(.put, "/v1/credit_pricing", key: tenant.key, body: body)
    }

    @Test func `V9: terms never change and one version is current per currency`() async throws {
        let tenant = try await Portal().makeTenant()
        #expect(await tenant.get("/v1/credit_pricing").code == "credit_pricing_missing")
        let first = await price(tenant, #"{"agency_cost": "0.004", "currency": "usd"}"#)
        #expect(first.status == 200 && first["version"] == 1, "\(first.text)")
        #expect(await price(tenant, #"{"agency_cost": "0.0040", "currency": "usd"}"#).id == first.id)
        let second = await price(tenant, #"{"agency_cost": "0.005", "currency": "usd"}"#)
        #expect(second["version"] == 2 && second["effective_from"] != .null)
        #expect(await tenant.get("/v1/credit_pricing").id == second.id)
        let versions = await tenant.get("/v1/credit_pricing/versions")
        #expect(versions["data"].arrayValue?.compactMap { $0["status"]?.stringValue } == ["current", "superseded"])
        for change in ["agency_cost = 1", "superseded_at = NULL", "version = 9"] {
            let state = await #expect(throws: PostgresError.self) {
                try await database.run("UPDATE app.credit_pricing SET \(change) WHERE version = 1")
            }?.state
            #expect(state == .checkViolation)
        }
        _ = await price(tenant, #"{"agency_cost": "0.4", "currency": "jpy"}"#)
        #expect(await tenant.get("/v1/credit_pricing").code == "invalid_combination")
        #expect(await tenant.get("/v1/credit_pricing?currency=jpy")["examples"][0] == "¥1000 = 2500 credits")
    }

    @Test func `L8: the platform's cost counts at once, as a new version`() async throws {
        let tenant = try await Portal().makeTenant()
        _ = await price(tenant, #"{"agency_cost": "0.004", "currency": "usd", "packages": [1000, 6000]}"#)
        let set = "SELECT app.set_credit_base_cost('\(tenant.id)', 'usd', 0.002)"
        #expect(try await database.value(set) == "t")
        let now = await tenant.get("/v1/credit_pricing")
        #expect(now["version"] == 2 && now["base_cost"] == "0.002" && now["final_cost"] == "0.006", "\(now.text)")
        #expect(now["examples"][1] == "$60 = 10000 credits")
        #expect(try await database.value(set) == "t")
        #expect(await tenant.get("/v1/credit_pricing")["version"] == 2)
        #expect(await price(tenant, #"{"agency_cost": "0.008", "currency": "usd"}"#)["final_cost"] == "0.01")
    }

    @Test(arguments: [
        (#"{"agency_cost": 0.004, "currency": "usd"}"#, "invalid_field"),
        (#"{"agency_cost": "0.0000000001", "currency": "usd"}"#, "invalid_field"),
        (#"{"agency_cost": "0", "currency": "usd"}"#, "amount_not_chargeable"),
        (#"{"agency_cost": "1", "currency": "xxx"}"#, "invalid_currency"),
        (#"{"agency_cost": "1", "currency": "kwd", "min_purchase": 1001}"#, "amount_not_chargeable"),
        (#"{"agency_cost": "1", "currency": "usd", "min_purchase": 200, "max_purchase": 100}"#, "invalid_combination"),
        (#"{"agency_cost": "1", "currency": "usd", "packages": [1]}"#, "invalid_combination"),
        (#"{"currency": "usd"}"#, "parameter_missing"),
    ]) func `a price that cannot be is refused by its field`(body: String, code: String) async throws {
        let tenant = try await Portal().makeTenant()
        let answer = await price(tenant, body)
        let status = ["amount_not_chargeable", "invalid_combination"].contains(code) ? 422 : 400
        #expect(answer.status == status && answer.code == code, "\(answer.text)")
        #expect(try await database.value("SELECT count(*) FROM app.credit_pricing") == "0")
    }

    @Test func `V14: a quote keeps its version, and amounts outside the limits have words of their own`() async throws {
        let tenant = try await Portal().makeTenant()
        let client = try await tenant.makeClient()
        func quote(_ amount: Int) async -> Answer {
            await tenant.post("/v1/credit_quotes", #"{"client": "\#(client)", "amount": \#(amount)}"#)
        }
        #expect(await quote(1_000).code == "credit_pricing_missing")
        _ = await price(
            tenant, #"{"agency_cost": "0.004", "currency": "usd", "min_purchase": 500, "max_purchase": 5000}"#)
        let first = await quote(1_000)
        #expect(first.status == 201 && first["credits"] == "2500" && first["text"] == "$10 = 2500 credits")
        _ = await price(
            tenant, #"{"agency_cost": "0.005", "currency": "usd", "min_purchase": 500, "max_purchase": 5000}"#)
        let kept = await tenant.get("/v1/credit_quotes/\(first.id)")
        #expect(kept["credits"] == "2500" && kept["version"] == 1 && kept["expired"] == false)
        let length = (kept["expires_at"].integerValue ?? 0) - (kept["created"].integerValue ?? 0)
        #expect(length == 1_800)
        #expect(await quote(1_000)["credits"] == "2000")
        let below = await quote(499)
        #expect(below.status == 422 && below.code == "purchase_below_minimum")
        let above = await quote(5_001)
        #expect(above.status == 422 && above.code == "purchase_above_maximum" && above.text.contains("$50"))
    }
}
