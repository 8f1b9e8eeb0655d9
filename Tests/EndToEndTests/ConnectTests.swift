import HTTPTypes
import TestSupport
import Testing

extension EndToEnd {
    /// An agency connects by Stripe Connect.
    @Suite(.freshDatabase) struct ConnectTests {
        @Test func `C3 C4 C5 C6 C7: country, fresh links, requirements in words, payouts, and news by webhook`()
            async throws
        {
            try await RunningStack.with { stack in
                let portal = try await stack.newPortal()
                let pages: JSONObject = [
                    "return_url": "https://portal.example/return", "refresh_url": "https://portal.example/refresh",
                ]
                var body = pages
                body["country"] = "XX"
                body["email"] = "owner@agency.example"
                #expect(try await portal.post("/v1/payment_processor/connect", .object(body)).status == 400)
                body["country"] = "US"
                let made = try await portal.post("/v1/payment_processor/connect", .object(body))
                let first = try #require(made.string("onboarding_url"), "\(made)")
                let account = try #require(made.string("account_id"))
                #expect(account.hasPrefix("acct_"))

                let second = try await portal.post("/v1/payment_processor/connect/onboarding_link", .object(pages))
                let link = try #require(second.string("url"), "\(second)")
                #expect(link != first)
                let early = try await portal.post("/v1/payment_processor/connect/return")
                #expect(early["details_submitted"] == false, "\(early)")

                try await stack.standIn.onboard(link, "no_payouts")
                // Nobody returns to the portal: the webhook tells.
                let partly = try await portal.seen("/v1/payment_processor", "submitted") {
                    $0["details_submitted"] == true
                }
                #expect(partly["payouts_enabled"] == false)
                #expect(partly["requirements"].arrayValue?.isEmpty == false, "\(partly)")
                let third = try await portal.post("/v1/payment_processor/connect/onboarding_link", .object(pages))
                try await stack.standIn.onboard(try #require(third.string("url"), "\(third)"), "complete")
                let whole = try await portal.seen("/v1/payment_processor", "payouts") { $0["payouts_enabled"] == true }
                #expect(whole.string("status") == "connected" && whole.string("account_id") == account, "\(whole)")
            }
        }
    }
}
