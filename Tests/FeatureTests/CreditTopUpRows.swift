import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What happens when credits run out, and when payments do not go as they should.
    @Suite(.freshDatabase) struct CreditTopUpRows {
        /// A client with a card and credits, at $0.004 each.
        private func scene(
            _ house: House, card: String = "4242424242424242", credits: Int64 = 100
        ) async throws -> (APIClient, String) {
            let (portal, _) = try await house.newShop()
            let client = try await portal.addClient()
            try await save(card, of: client, portal, house)
            try await portal.setCreditCost("0.004")
            let grant = try await portal.post(
                "/v1/clients/\(client)/credit_grants", ["credits": .integer(credits), "reason": "welcome"], wait: nil)
            #expect(grant.status == 201)
            return (portal, client)
        }

        private func save(_ card: String, of client: String, _ portal: APIClient, _ house: House) async throws {
            let session = try await portal.openCardPage(client).split(separator: "/").last ?? ""
            let typed = try await house.standIn.control(
                .post, "/checkout/\(session)", ["card": .string(card), "authenticate": true])
            guard typed.status == 200 else { throw NeverHappened("the card is taken: \(typed)") }
            try await portal.seen("/v1/clients/\(client)/payment_methods", "the card is on file") {
                $0.json.members.contains { $0.string("last4") == String(card.suffix(4)) }
            }
        }

        private func order(_ portal: APIClient, _ client: String, cap: Int64) async throws -> Answer {
            try await portal.put(
                "/v1/clients/\(client)/auto_topup",
                ["threshold": 50, "amount": 1_000, "monthly_cap": .integer(cap)])
        }

        private func told(_ house: House) async throws -> [String] {
            try await house.sql(
                "SELECT type || coalesce(' ' || (data ->> 'reason'), '') FROM app.portal_event ORDER BY seq"
            ).compactMap { $0[0] }.filter { $0.hasPrefix("credits.") }
        }

        @Test func `L14: credits are bought again when few are left, once at a time and up to a month's cap`()
            async throws
        {
            try await House.with { house in
                let (portal, client) = try await scene(house)
                #expect(try await order(portal, client, cap: 999).string("code") == "topup_above_cap")
                #expect(try await order(portal, client, cap: 1_500).status == 200)
                // Ten debits at once cross the mark together: one purchase.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<10 {
                        group.addTask {
                            let used = try await portal.use("6", "evt-\(number)", of: client)
                            #expect(used.status == 201, "\(used)")
                        }
                    }
                    try await group.waitForAll()
                }
                let path = "/v1/clients/\(client)/credit_balance"
                try await portal.seen(path, "it is topped up") { $0.string("credits") == "2540" }
                let bought = try await portal.get("/v1/credit_purchases?client=\(client)")
                #expect(bought.json.members.count == 1)
                #expect(bought.json.members[0].string("origin") == "auto_topup")
                // The next would be $20 in a month whose cap is $15.
                try await portal.use("2500", "big", of: client)
                try await portal.use("1", "small", of: client)
                let order = try await portal.get("/v1/clients/\(client)/auto_topup")
                #expect(order["problem"]["code"] == "monthly_cap_reached" && order.string("status") == "on")
                #expect(order["month"]["spent"] == 1_000)
                let events = try await told(house)
                #expect(events.filter { $0 == "credits.topup_failed monthly_cap_reached" }.count == 1)
                #expect(events.filter { $0 == "credits.purchased" }.count == 1)
                #expect(try await house.standIn.objects("payment_intent").count == 1)
                #expect(try await portal.delete("/v1/clients/\(client)/auto_topup")["deleted"] == true)
            }
        }

        @Test func `L14: a declined top-up tries again in an hour, then in a day, then gives up and says so`()
            async throws
        {
            try await House.with { house in
                // Saved, and declined at every charge.
                let (portal, client) = try await scene(house, card: "4000000000000341")
                let policy = try await portal.put("/v1/credit_policy", ["on_exhausted": "block"])
                #expect(policy.status == 200)
                #expect(try await order(portal, client, cap: 10_000).status == 200)
                try await portal.use("100", "all", of: client)
                let path = "/v1/clients/\(client)/auto_topup"
                for (failures, status) in [(1, "backing_off"), (2, "backing_off"), (3, "off")] {
                    let seen = try await portal.seen(path, "failure \(failures)") {
                        $0["failures"].integerValue == Int64(failures)
                    }
                    #expect(seen.string("status") == status)
                    guard failures < 3 else { break }
                    let pause = try await house.value(
                        "SELECT round(extract(epoch FROM next_try_at - updated_at)) FROM app.credit_auto_topup")
                    #expect(pause == (failures == 1 ? "3600" : "86400"))
                    // The hour, then the day, goes by.
                    try await house.sql(
                        """
                        UPDATE jobq.job SET run_at = now()
                         WHERE id IN (SELECT id FROM app.command WHERE kind = 'credits.topup_retry')
                        """
                    )
                }
                try await portal.wait(for: client, toBe: "blocked")
                #expect(try await told(house).filter { $0 == "credits.topup_failed payment_failed" }.count == 3)
                // Credits come, access comes back.
                _ = try await portal.post(
                    "/v1/clients/\(client)/credit_grants", ["credits": 5, "reason": "sorry"], wait: nil)
                try await portal.wait(for: client, toBe: "active")
            }
        }

        @Test func `L14: a card that asks its owner becomes a page to pay on, and no second charge`() async throws {
            try await House.with { house in
                // Asks its owner at every charge; the owner agrees to its being saved.
                let (portal, client) = try await scene(house, card: "4000002760003184", credits: 60)
                #expect(try await order(portal, client, cap: 10_000).status == 200)
                try await portal.use("20", "some", of: client)
                let waiting = try await portal.seen("/v1/clients/\(client)/auto_topup", "it asks the owner") {
                    $0.string("status") == "needs_action"
                }
                #expect(waiting["month"]["in_flight"] == true)
                try await portal.use("5", "more", of: client)
                let purchases = try await portal.get("/v1/credit_purchases?client=\(client)")
                #expect(purchases.json.members.count == 1)
                let url = try #require(purchases.json.members[0].string("url"))
                #expect(try await told(house).contains("credits.topup_failed needs_action"))
                let page = try await house.standIn.typeCard(url, "4242424242424242")
                #expect(page)
                let balance = "/v1/clients/\(client)/credit_balance"
                try await portal.seen(balance, "it is paid") { $0.string("credits") == "2535" }
                let order = try await portal.get("/v1/clients/\(client)/auto_topup")
                #expect(order.string("status") == "on")
                let succeeded = try await house.standIn.objects("payment_intent").filter {
                    $0.string("status") == "succeeded"
                }
                #expect(succeeded.count == 1)
            }
        }

        @Test(arguments: ["lost_answer", "error_500_with_effect"])
        func `L14: an answer that never came, or came as an error, is one charge and one grant`(fault: String)
            async throws
        {
            try await House.with { house in
                let (portal, client) = try await scene(house, credits: 1)
                // The first hits the making of the payment, the second the charging of the card.
                for skip in [0, 1] {
                    try await house.standIn.order([
                        "kind": .string(fault), "method": "POST", "path": "/v1/payment_intents",
                        "skip": .integer(Int64(skip)), "times": 1,
                    ])
                }
                let bought = try await portal.buy(try await portal.quote(client, 1_000), wait: nil)
                #expect(bought.status == 202, "\(bought)")
                let id = bought.target ?? ""
                try await portal.seen("/v1/credit_purchases/\(id)", "it is paid", within: .seconds(60)) {
                    $0.string("status") == "paid"
                }
                #expect(try await portal.get("/v1/clients/\(client)/credit_balance").string("credits") == "2501")
                let charges = try await house.standIn.objects("charge")
                #expect(charges.count == 1 && charges[0]["amount"] == 1_000)
                #expect(try await house.standIn.objects("payment_intent").count == 1)
            }
        }
    }
}
