import Foundation
import HTTPTypes
import TestSupport
import Testing

@testable import API

/// What is wished of a subscription, and what the API makes of it.
@Suite(.freshDatabase) struct SaleWishTests {
    private func kinds() async throws -> [String] {
        try await TestDatabase.current.run("SELECT kind FROM app.command ORDER BY id").compactMap { $0[0] }
    }

    /// A subscription of 25.00 dollars a month, as a worker would have started it.
    private func run(_ tenant: Tenancy, _ client: String, _ price: String, as status: String = "active")
        async throws -> String
    {
        let sold = await tenant.post(
            "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#)
        #expect(sold.status == 202, "\(sold.text)")
        try await TestDatabase.current.run(
            """
            UPDATE app.subscription SET status = '\(status)', stripe_subscription = 'sub_' || id
             WHERE 'sb_' || replace(id::text, '-', '') = '\(sold.target)'
            """)
        return sold.target
    }

    @Test func `J6: a coupon alone is previewed in the currency of what runs`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let id = try await run(tenant, client, price)
        for (currency, status) in [("usd", 202), ("eur", 400)] {
            let coupon = await tenant.post(
                "/v1/coupons",
                #"{"name": "Five", "amount_off": {"amount": 500, "currency": "\#(currency)"}, "duration": "once"}"#)
            let told = await tenant.post("/v1/subscriptions/\(id)/preview", #"{"coupon": "\#(coupon.target)"}"#)
            #expect(told.status == status, "\(currency) \(told.text)")
            if status == 400 { #expect(told.code == "coupon_currency_mismatch" && told["param"] == "coupon") }
        }
    }

    @Test(arguments: [true, false])
    func `K3: where a client is taxed is told to Stripe with what waits too, and when tax is switched off`(
        isWaiting: Bool
    ) async throws {
        let tenant = try await Portal().makeTenant()
        let price = try await tenant.makePrice()
        let client = try await tenant.makeClient(card: !isWaiting, customer: isWaiting)
        let id: String
        if isWaiting {
            id = await tenant.post(
                "/v1/subscriptions", #"{"client": "\#(client)", "items": [{"price": "\#(price)"}]}"#
            ).id
        } else {
            id = try await run(tenant, client, price)
        }
        let answer = await tenant.portal.send(
            .put, "/v1/subscriptions/\(id)/tax", key: tenant.key,
            body: #"{"enabled": \#(isWaiting), "country": "FR", "postal_code": "75001"}"#,
            headers: [("Idempotency-Key", UUID().uuidString)])
        #expect(answer.status == (isWaiting ? 200 : 202), "\(answer.text)")
        #expect(try await kinds().contains("client.publish"))
        #expect(await tenant.get("/v1/clients/\(client)")["country"] == "FR")
    }

    @Test func `V8: a try that expired is not begun anew while another subscription sells the same`() async throws {
        let tenant = try await Portal().makeTenant()
        let (price, client) = (try await tenant.makePrice(), try await tenant.makeClient(card: true))
        let expired = try await run(tenant, client, price, as: "incomplete_expired")
        _ = try await run(tenant, client, price)
        let again = await tenant.post("/v1/subscriptions/\(expired)/start")
        #expect(again.status == 409 && again.code == "subscription_exists", "\(again.text)")
    }
}
