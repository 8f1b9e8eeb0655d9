import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Differences in what is sold and what was paid.
    @Suite(.freshDatabase) struct ReconciliationMoneyRows {
        private func only(_ portal: APIClient, _ kind: String) async throws -> JSON {
            let items = try await portal.get("/v1/drift_items?status=open&object_kind=\(kind)").json.members
            #expect(items.count == 1, "\(items)")
            return try #require(items.first)
        }

        @Test
        func
            `reconciliation: money given back in Stripe's dashboard, of which no webhook told, takes its credits back`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                let client = try await portal.addClient()
                try await portal.saveCard(client, at: house.standIn)
                try await portal.setCreditCost("0.004")
                let bought = try await portal.buy(try await portal.quote(client, 1_000))
                #expect(bought.string("status") == "paid" && bought.string("credits") == "2500", "\(bought)")
                let intent = try #require(bought.string("stripe_id"))
                // The looks that follow a purchase must not be what sees the refund.
                try await eventually("its payment was heard of, and looked at", within: .seconds(30)) {
                    let heard = try await house.value(
                        "SELECT count(*) FROM app.stripe_event WHERE object_id = '\(intent)' AND status <> 'received'")
                    let looks = try await house.value(
                        """
                        SELECT count(*) FROM jobq.job j JOIN app.command c ON c.id = j.id
                         WHERE c.kind = 'credits.refresh' AND (j.state <> 2 OR j.run_at < now() + interval '10 minutes')
                        """)
                    return heard != "0" && looks == "0"
                }
                let refund = try await house.unheard {
                    try await house.standIn.stripe(
                        .post, "/v1/refunds", key: key, form: [("payment_intent", intent), ("amount", "400")])
                }
                #expect(refund.status == 200, "\(refund)")
                let walk = try await portal.reconcile()
                #expect(walk["compared"]["credit_purchase"] == 1 && walk["drift"]["new"] == 1, "\(walk)")
                let item = try await only(portal, "credit_purchase")
                #expect(item.string("field") == "amount_refunded", "\(item)")
                #expect(item.string("ours") == "0" && item.string("stripe") == "400")
                #expect(item["money_effect"] == ["amount": 400, "currency": "usd"])
                #expect(item["repairs"] == ["from_stripe"] && item.string("target") == bought.string("id"))
                let done = try await portal.repair(item, "from_stripe")
                #expect(done.string("status") == "repaired", "\(done)")
                let balance = try await portal.get("/v1/clients/\(client)/credit_balance")
                #expect(balance.string("credits") == "1500", "\(balance)")
                let purchase = try await portal.get("/v1/credit_purchases/\(bought.string("id") ?? "")")
                #expect(purchase["amount_refunded"] == 400, "\(purchase)")
                try await house.settled()
                #expect(try await portal.reconcile()["drift"] == ["new": 0, "known": 0, "gone": 0])
            }
        }

        @Test func `reconciliation: a price is sold again, a coupon ends, an unheard product comes in`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newAttentiveShop()
                let price = try await portal.sell(2_000, period: "monthly")
                let coupon = try await portal.addCoupon(["percent_off": 10, "duration": "once"])
                func stripeID(_ path: String) async throws -> String {
                    try #require(try await portal.get(path).string("stripe_id"), "\(path)")
                }
                let there = (
                    price: try await stripeID("/v1/prices/\(price)"),
                    coupon: try await stripeID("/v1/coupons/\(coupon)")
                )
                try await house.unheard {
                    let stand = house.standIn
                    for answer in [
                        try await stand.stripe(
                            .post, "/v1/prices/\(there.price)", key: key, form: [("active", "false")]),
                        try await stand.stripe(.delete, "/v1/coupons/\(there.coupon)", key: key),
                        try await stand.stripe(.post, "/v1/products", key: key, form: [("name", "Made there")]),
                    ] { #expect(answer.status == 200, "\(answer)") }
                }
                let walk = try await portal.reconcile()
                #expect(walk["drift"]["new"] == 3, "\(walk)")

                let archived = try await only(portal, "price")
                #expect(archived.string("field") == "active" && archived.string("ours") == "true")
                #expect(try await portal.repair(archived, "to_stripe").string("status") == "repaired")
                let sold = try await house.standIn.stripe(.get, "/v1/prices/\(there.price)", key: key)
                #expect(sold["active"] == true)

                let ended = try await only(portal, "coupon")
                #expect(ended.string("type") == "missing_at_stripe" && ended["repairs"] == ["from_stripe"])
                #expect(try await portal.repair(ended, "from_stripe").string("status") == "repaired")
                #expect(try await portal.get("/v1/coupons/\(coupon)").string("status") == "deleted")

                let new = try await only(portal, "product")
                #expect(new.string("type") == "missing_here" && new["target"] == .null && new["ours"] == .null)
                #expect(try await portal.repair(new, "to_stripe").string("code") == "repair_not_possible")
                #expect(try await portal.repair(new, "from_stripe").string("status") == "repaired")
                let names = try await portal.get("/v1/products").json.members.compactMap { $0.string("name") }
                #expect(names.contains("Made there"), "\(names)")
                try await house.settled()
                #expect(try await portal.reconcile()["drift"]["new"] == 0)
            }
        }
    }
}
