import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// An agency connects by Stripe Connect.
    @Suite(.freshDatabase) struct ConnectRows {
        private let path = "/v1/payment_processor"
        private let wish: JSON = ["country": "US", "email": "owner@agency.example"]

        private func connect(_ house: House) async throws -> (portal: APIClient, account: String) {
            let portal = try await house.newPortal()
            let made = try await portal.post(path + "/connect", wish)
            let url = try #require(made.string("onboarding_url"), "\(made)")
            try await house.standIn.onboard(url, "complete")
            let now = try await portal.seen(path, "connected") {
                $0.string("status") == "connected" && $0["payouts_enabled"] == true
            }
            return (portal, try #require(now.string("account_id")))
        }

        @Test func `C3 C4 C5 C6 C7 L2 L3 L4 L5: the way in, what Stripe wants in words, and the owner's door`()
            async throws
        {
            try await House.with { house in
                let portal = try await house.newPortal()
                let bad = try await portal.post(path + "/connect", ["country": "XX", "email": "owner@agency.example"])
                #expect(bad.status == 400 && bad.string("code") == "invalid_country", "\(bad)")
                let made = try await portal.post(path + "/connect", wish)
                let first = try #require(made.string("onboarding_url"), "\(made)")
                let account = try #require(made.string("account_id"))
                let worker = house.plan.environments["tollgate-onboarding-worker"]
                let platform = try #require(worker?["TOLLGATE_STRIPE_PLATFORM_KEY"])
                let known = try await house.standIn.stripe(.get, "/v1/accounts/\(account)", key: platform)
                #expect(known.string("email") == "owner@agency.example", "L2: the form has it already: \(known)")
                #expect(known.string("country") == "US", "\(known)")
                // Back without having filled anything in: Stripe is asked, and says so.
                let early = try await portal.post(path + "/connect/return")
                #expect(early["details_submitted"] == false, "\(early)")
                #expect(early.string("message")?.hasPrefix("Continue onboarding") == true, "\(early)")
                let link = try await portal.post(path + "/connect/onboarding_link")
                #expect(link.string("url") != first && link.string("url") != nil, "\(link)")
                let door = try await portal.post(path + "/connect/dashboard_link")
                #expect(door.string("object") == "dashboard_link", "\(door)")
                // Unfinished, the door leads into the onboarding too; done, to Stripe's own dashboard.
                func place(_ url: String?) -> String {
                    (url ?? "").split(separator: "/").dropLast().joined(separator: "/")
                }
                #expect(place(door.string("url")) == place(first) && door.string("url") != first, "\(door)")
                try await house.standIn.onboard(try #require(link.string("url")), "no_payouts")
                let partly = try await portal.seen(path, "submitted") { $0["details_submitted"] == true }
                #expect(partly["payouts_enabled"] == false && partly.string("account_id") == account)
                let wants = partly["requirements"].arrayValue?.first
                #expect(wants?.string("text") == "A bank account for payouts", "\(partly)")
                #expect(partly["payouts"].string("problem") == "bank_account", "\(partly["payouts"])")
                let reasons = partly["warnings"].arrayValue?.compactMap { $0.string("code") } ?? []
                #expect(reasons.contains("requirements_due") && reasons.contains("payouts"), "\(reasons)")
                let again = try await portal.post(path + "/connect/onboarding_link")
                try await house.standIn.onboard(try #require(again.string("url")), "complete")
                let whole = try await portal.seen(path, "connected") { $0.string("status") == "connected" }
                #expect(whole.string("message") == "Your Stripe account is connected.")
                let home = try await portal.post(path + "/connect/dashboard_link")
                #expect(home.string("url") == "https://dashboard.stripe.com/", "\(home)")
            }
        }

        @Test func `L6 L11 L17: a restriction and a failed payout show within seconds, with the reason`() async throws {
            try await House.with { house in
                let (portal, account) = try await connect(house)
                try await house.standIn.control(
                    .post, "/accounts/\(account)",
                    [
                        "payouts_enabled": false, "past_due": ["individual.verification.document"],
                        "disabled_reason": "requirements.past_due",
                    ])
                let restricted = try await portal.seen(path, "restricted") { $0.string("status") == "restricted" }
                #expect(restricted.string("disabled_reason") == "requirements.past_due", "\(restricted)")
                #expect(restricted["payouts"].string("problem") == "verification", "\(restricted["payouts"])")
                #expect(restricted["payouts"].string("support_url")?.hasPrefix("https://support.stripe.com") == true)
                try await house.standIn.control(
                    .post, "/accounts/\(account)",
                    ["payouts_enabled": true, "past_due": [], "currently_due": [], "disabled_reason": .null])
                try await portal.seen(path, "whole again") { $0.string("status") == "connected" }
                let made = try await house.standIn.control(
                    .post, "/accounts/\(account)/payouts", ["amount": 1_200, "currency": "usd"])
                let payout = try #require(made.string("id"), "\(made)")
                try await house.standIn.control(
                    .post, "/payouts/\(payout)", ["status": "failed", "failure_code": "account_closed"])
                let failing = try await portal.seen(path, "failing") { $0["payouts"].string("status") == "failing" }
                #expect(failing["payouts"].string("problem") == "bank_account", "\(failing["payouts"])")
                #expect(failing["payouts"]["last"]?["amount"]?.integerValue == 1_200)
                let told = "SELECT count(*) > 0 FROM app.portal_event WHERE type = 'processor.payouts_changed'"
                #expect(try await house.value(told) == "t")
            }
        }

        @Test func `L12 L18: deauthorised within seconds; reconnecting keeps clients, subscriptions, ledger`()
            async throws
        {
            try await House.with { house in
                let (portal, account) = try await connect(house)
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                _ = try await portal.post(
                    "/v1/clients/\(client)/credit_grants", ["credits": 40, "reason": "welcome"], wait: nil)
                let ledger = "/v1/clients/\(client)/credit_ledger"
                let entries = try await portal.get(ledger).json.members
                #expect(entries.count == 1)
                let customer = try await house.value("SELECT stripe_customer FROM app.client")
                try await house.standIn.control(.post, "/accounts/\(account)/deauthorize", [:])
                try await portal.seen(path, "disconnected", within: .seconds(10)) {
                    $0.string("status") == "disconnected"
                }
                try await house.standIn.control(.post, "/accounts/\(account)/authorize", [:])
                let again = try await portal.post(path + "/connect", wish)
                #expect(again.string("account_id") == account, "\(again)")
                _ = try await portal.post(path + "/connect/return")
                try await portal.seen(path, "connected") { $0.string("status") == "connected" }
                #expect(try await house.value("SELECT stripe_customer FROM app.client") == customer)
                let kept = try await portal.get("/v1/subscriptions/\(subscription)")
                #expect(kept.string("status") == "active", "\(kept)")
                #expect(try await portal.get("/v1/clients/\(client)/access")["allowed"] == true)
                #expect(try await portal.get(ledger).json.members == entries)
                #expect(try await portal.get("/v1/clients/\(client)/credit_balance").string("credits") == "40")
            }
        }

        @Test func `C7 L18: the same account moves to its own key and back; clients are not touched`() async throws {
            try await House.with { house in
                let (portal, account) = try await connect(house)
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                _ = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                let rows = "SELECT stripe_customer, payment_method FROM app.client"
                let before = try await house.sql(rows)
                let key = Keys.secret(account: String(account.dropFirst("acct_1".count)))
                let told = try await portal.post(path + "/move", ["to": "secret_key", "secret_key": .string(key)])
                #expect(told["possible"] == true && told.string("to") == account, "\(told)")
                let stranger = try await portal.post(
                    path + "/move", ["to": "secret_key", "secret_key": .string(Keys.secret())])
                #expect(stranger["possible"] == false && stranger["orphans"]["customer"]?["count"] == 1, "\(stranger)")
                let own = try await portal.post(
                    path + "/move", ["to": "secret_key", "secret_key": .string(key), "dry_run": false])
                #expect(own.string("mode") == "secret_key" && own.string("status") == "connected", "\(own)")
                #expect(own["webhook"].string("status") == "registered")
                let back = try await portal.post(path + "/move", ["to": "connect", "dry_run": false])
                #expect(back.string("mode") == "connect" && back.string("status") == "connected", "\(back)")
                #expect(try await house.sql(rows) == before)
                let left = try await house.standIn.stripe(.get, "/v1/webhook_endpoints", key: key).json.members
                #expect(left.isEmpty, "our endpoint is gone: \(left)")
            }
        }

        @Test
        func `C7 L18: own key, disconnected, Connect: the account stays where the platform knows it, with its clients`()
            async throws
        {
            try await House.with { house in
                // An account the platform knows, reached by its own key at first.
                let (first, account) = try await connect(house)
                _ = try await first.delete(path)
                let portal = try await house.newPortal("Second")
                let own = Keys.secret(account: String(account.dropFirst("acct_1".count)))
                try await portal.connect(own)
                let price = try await portal.sell(2_500, period: "monthly")
                let client = try await portal.addClient()
                let subscription = try await portal.subscribe(client, to: price)
                try await portal.saveCard(client, at: house.standIn)
                try await portal.wait(for: client, toBe: "active")
                let rows = "SELECT stripe_customer, payment_method FROM app.client"
                let before = try await house.sql(rows)
                #expect(try await portal.delete(path).string("status") == "disconnected")
                let joined = try await portal.post(path + "/connect", wish)
                #expect(joined.string("account_id") == account, "\(joined)")
                _ = try await portal.post(path + "/connect/return")
                try await portal.seen(path, "connected") {
                    $0.string("status") == "connected" && $0.string("mode") == "connect"
                }
                #expect(try await house.sql(rows) == before, "no client is lost")
                let kept = try await portal.get("/v1/subscriptions/\(subscription)")
                #expect(kept.string("status") == "active", "\(kept)")

                // One the platform does not know: with clients in it nothing is made anew, and nothing is lost.
                let third = try await house.newPortal("Third")
                let key = try await third.connect()
                let mill = try await third.addClient()
                try await third.saveCard(mill, at: house.standIn)
                let theirs = try await third.get("/v1/clients/\(mill)").string("stripe_id")
                _ = try await third.delete(path)
                let refused = try await third.post(path + "/connect", wish)
                #expect(refused.status == 409 && refused.string("code") == "account_not_connected", "\(refused)")
                #expect(try await third.get("/v1/clients/\(mill)").string("stripe_id") == theirs)
                try await third.connect(key)
                #expect(try await third.get("/v1/clients/\(mill)").string("stripe_id") == theirs)
            }
        }
    }
}
