import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// 1K: prepaid credits at the agency's own price, bought by its clients.
    @Suite(.freshDatabase) struct CreditRows {
        @Test
        func `L7 L8 L9 L10 L13 L14: ten dollars buy what the page shows, by the same version, on the agency's account`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: house.standIn)

                // L7, L9, L10: stored exactly, and the sentence the client reads.
                let precise = try await portal.setCreditCost("0.000004")
                #expect(precise.string("agency_cost") == "0.000004")
                let first = try await portal.setCreditCost("0.004")
                #expect(first.string("final_cost") == "0.004" && first["version"] == 2)
                #expect(first["examples"] == ["$10 = 2500 credits"])
                let page = try await portal.get("/v1/credit_pricing")
                #expect(page["examples"][0] == "$10 = 2500 credits")
                let owner: JSON = ["role": "client_admin", "client": .string(client), "external_id": "owner@bakery"]
                #expect(try await portal.post("/v1/portal_users", owner, wait: nil).status == 201)
                let theirs = try await portal.send(
                    .get, "/v1/credit_pricing", nil, ["Tollgate-User": "ext:owner@bakery"])
                #expect(theirs["examples"] == page["examples"] && theirs["final_cost"] == page["final_cost"])
                #expect(theirs.status == 200 && theirs["agency_cost"] == .null, "the margin is the agency's: \(theirs)")

                // L14: the quote, the purchase, the ledger and Stripe say the same.
                let quote = try await portal.quote(client, 1_000)
                #expect(quote.string("credits") == "2500" && quote["version"] == 2)
                #expect(quote.string("text") == "$10 = 2500 credits")
                let bought = try await portal.buy(quote)
                #expect(bought.string("status") == "paid", "\(bought)")
                #expect(bought.string("credits") == "2500" && bought["version"] == 2)
                let balance = try await portal.get("/v1/clients/\(client)/credit_balance")
                #expect(balance.string("credits") == "2500" && balance["credits_micro"] == 2_500_000_000)
                let entries = try await portal.get("/v1/clients/\(client)/credit_ledger").json.members
                #expect(entries.map { $0.string("credits") } == ["2500"] && entries[0].string("kind") == "purchase")
                let intent = try #require(bought.string("stripe_id"))
                let paid = try await house.standIn.stripe(.get, "/v1/payment_intents/\(intent)", key: key)
                #expect(paid["amount_received"] == 1_000 && paid.string("status") == "succeeded")

                // Nobody buys for more than the cap, ten thousand dollars unless the agency says otherwise.
                let above = try await portal.post(
                    "/v1/credit_quotes", ["client": .string(client), "amount": 1_000_001])
                #expect(above.status == 422 && above.string("code") == "purchase_above_maximum", "\(above)")
                #expect(above.string("param") == "amount")

                // L13: a new price counts at the next page and purchase; what was bought or quoted stays.
                let promised = try await portal.quote(client, 1_000)
                try await portal.setCreditCost("0.005")
                #expect(try await portal.get("/v1/credit_pricing")["examples"][0] == "$10 = 2000 credits")
                let next = try await portal.buy(try await portal.quote(client, 1_000))
                #expect(next.string("credits") == "2000" && next["version"] == 3)
                #expect(try await portal.buy(promised).string("credits") == "2500")
                let kept = try await portal.get("/v1/credit_purchases/\(bought.string("id") ?? "")")
                #expect(kept.string("credits") == "2500" && kept["version"] == 2)

                // L8: the platform's own cost lies under the agency's.
                let tenant = try #require(try await house.value("SELECT public_id FROM app.tenant"))
                try await house.sql("SELECT app.set_credit_base_cost('\(tenant)', 'usd', 0.002)")
                try await portal.setCreditCost("0.004")
                let final = try await portal.get("/v1/credit_pricing")
                #expect(final.string("base_cost") == "0.002" && final.string("agency_cost") == "0.004")
                #expect(final.string("final_cost") == "0.006" && final["examples"][0] == "$10 = 1666 credits")
                let last = try await portal.buy(try await portal.quote(client, 1_000))
                #expect(last.string("credits") == "1666")
                let sum = try await portal.get("/v1/clients/\(client)/credit_balance")
                #expect(sum.string("credits") == "8666")
                let told = try await house.value(
                    "SELECT count(*) FROM app.portal_event WHERE type = 'credits.purchased'")
                #expect(told == "4")
            }
        }

        @Test func `L14: a client without a card pays on a page, which says the agency's words only`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop("Acme Bots")
                let client = try await portal.addClient()
                try await portal.setCreditCost("0.004")
                let quote = try await portal.quote(client, 2_500)
                #expect(try await portal.buy(quote).string("code") == "invalid_combination")
                let bought = try await portal.buy(quote, successURL: "https://portal.example/credits/done")
                #expect(bought.string("status") == "open", "\(bought)")
                let url = try #require(bought.string("url"))
                #expect(try await portal.get("/v1/clients/\(client)/credit_balance").string("credits") == "0")

                // What Stripe's page is told: the portal's addresses and the credits, and no word of ours.
                let sessions = try await house.standIn.stripe(.get, "/v1/checkout/sessions", key: key)
                let session = try #require(sessions.json.members.first)
                #expect(session.string("success_url") == "https://portal.example/credits/done")
                #expect(session["amount_total"] == 2_500)
                let names = ["success_url", "cancel_url", "custom_text", "url"]
                for name in names { #expect(session[name]?.text.lowercased().contains("tollgate") != true) }

                #expect(try await house.standIn.typeCard(url, "4242424242424242"))
                let id = bought.string("id") ?? ""
                try await portal.seen("/v1/credit_purchases/\(id)", "it is paid") { $0.string("status") == "paid" }
                let balance = try await portal.get("/v1/clients/\(client)/credit_balance")
                #expect(balance.string("credits") == "6250")
                #expect(try await portal.buy(quote).string("code") == "credit_quote_used")
                // Where a page of an automatic top-up leads, which the portal named no address for.
                let thanks = try await portal.get("/credits/paid")
                #expect(thanks.status == 200 && thanks.text.hasPrefix("Thank you."), "\(thanks)")
                #expect(!thanks.text.lowercased().contains("tollgate"), "\(thanks)")
            }
        }

        @Test func `L16: payments, refunds and fees are listed with their page at Stripe; refunds take credits back`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: house.standIn)
                try await portal.setCreditCost("0.004")
                let bought = try await portal.buy(try await portal.quote(client, 1_000))
                let (id, intent) = (bought.string("id") ?? "", bought.string("stripe_id") ?? "")

                // Here: $4 of $10 take 1,000 of 2,500 credits.
                let refund = try await portal.post(
                    "/v1/credit_purchases/\(id)/refund", ["amount": 400, "reason": "requested_by_customer"])
                #expect(refund.status == 201 && refund.string("status") == "succeeded", "\(refund)")
                #expect(refund.string("credits") == "1000")
                let balance = "/v1/clients/\(client)/credit_balance"
                #expect(try await portal.get(balance).string("credits") == "1500")

                // In Stripe's dashboard: the rest.
                let there = try await house.standIn.stripe(
                    .post, "/v1/refunds", key: key, form: [("payment_intent", intent), ("amount", "600")])
                #expect(there.status == 200, "\(there)")
                try await portal.seen(balance, "the credits are gone") { $0.string("credits") == "0" }
                let tooMuch = try await portal.post("/v1/credit_purchases/\(id)/refund")
                #expect(tooMuch.string("code") == "refund_above_remainder")
                let seen = try await portal.get("/v1/credit_purchases/\(id)")
                #expect(seen["amount_refunded"] == 1_000 && seen["refunds"][1]?["origin"] == "stripe")

                let list = try await portal.seen("/v1/credit_transactions", "the fee is known") {
                    $0.json.members.count == 3 && $0.json.members[2]["fee"]?.integerValue != nil
                }
                let account = try #require(try await house.value("SELECT account_id FROM app.connection"))
                let page = "https://dashboard.stripe.com/\(account)/test/payments/\(intent)"
                #expect(list.json.members.allSatisfy { $0.string("dashboard_url") == page })
                #expect(list.json.members.compactMap { $0["amount"]?.integerValue } == [-600, -400, 1_000])
                let payment = list.json.members[2]
                #expect(payment["livemode"] == false && payment.string("stripe_id") == intent)
                let charge = try await house.standIn.stripe(
                    .get, "/v1/payment_intents/\(intent)?expand[0]=latest_charge.balance_transaction", key: key)
                let settled = charge["latest_charge"]["balance_transaction"]
                #expect(payment["fee"] == settled?["fee"] && payment["net"] == settled?["net"])
            }
        }
    }
}

/// The steps of these stories.
extension APIClient {
    /// The agency's price of a credit, in dollars.
    @discardableResult func setCreditCost(_ cost: String) async throws -> Answer {
        let answer = try await put("/v1/credit_pricing", ["agency_cost": .string(cost), "currency": "usd"])
        guard answer.status == 200 else { throw NeverHappened("a price: \(answer)") }
        return answer
    }

    /// What an amount buys.
    func quote(_ client: String, _ cents: Int64) async throws -> Answer {
        let answer = try await post("/v1/credit_quotes", ["client": .string(client), "amount": .integer(cents)])
        guard answer.status == 201 else { throw NeverHappened("a quote: \(answer)") }
        return answer
    }

    /// Buys it.
    func buy(_ quote: Answer, successURL: String? = nil, wait: Int? = 20) async throws -> Answer {
        var body: JSONObject = ["quote": .string(quote.string("id") ?? "")]
        if let successURL { body["success_url"] = .string(successURL) }
        let answer = try await post("/v1/credit_purchases", .object(body), wait: wait)
        // A busy machine may take longer than a request waits.
        guard wait != nil, answer.status == 202, let id = answer.target else { return answer }
        return try await seen("/v1/credit_purchases/\(id)", "Stripe was asked") { $0.string("status") != "preparing" }
    }

    /// Tells of used credits; an API that is too busy to take it is told again: the event's id makes that safe.
    @discardableResult func use(_ credits: String, _ event: String, of client: String) async throws -> Answer {
        var answer: Answer
        repeat {
            answer = try await post(
                "/v1/clients/\(client)/credit_usage", ["credits": .string(credits), "event_id": .string(event)],
                wait: nil)
        } while answer.status == 503
        return answer
    }
}
