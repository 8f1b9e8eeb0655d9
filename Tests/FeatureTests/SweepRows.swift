import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What no webhook told of is found minutes later, by Stripe's own list of events.
    @Suite(.freshDatabase) struct SweepRows {
        @Test func `what changes in Stripe's catalogue unheard is here with the next sweep`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Chat",
                    [
                        "pricing_model": "base_fee", "billing_period": "monthly", "lookup_key": "chat",
                        "price": ["amount": 4_900, "currency": "usd"],
                    ])
                let price = try #require(product["prices"][0])
                let meter = try await portal.addMeter("seconds")
                let coupon = try await portal.addCoupon(["percent_off": 10, "duration": "once"])
                let couponID = try #require(try await portal.get("/v1/coupons/\(coupon)").string("stripe_id"))
                try await house.settled()
                func stripe(_ method: HTTPMethod, _ path: String, _ form: [(String, String)] = []) async throws
                    -> Answer
                {
                    let answer = try await house.standIn.stripe(method, path, key: key, form: form)
                    guard answer.status == 200 else { throw NeverHappened("\(path): \(answer)") }
                    return answer
                }
                let made = try await house.unheard {
                    _ = try await stripe(
                        .post, "/v1/products/\(product.string("stripe_id") ?? "")", [("name", "Renamed there")])
                    _ = try await stripe(
                        .post, "/v1/prices/\(price.string("stripe_id") ?? "")",
                        [("active", "false"), ("lookup_key", "chat_old")])
                    _ = try await stripe(.delete, "/v1/coupons/\(couponID)")
                    _ = try await stripe(.post, "/v1/billing/meters/\(meter.string("stripe_id") ?? "")/deactivate")
                    let counted = try await stripe(
                        .post, "/v1/billing/meters",
                        [
                            ("display_name", "Faxes"), ("event_name", "faxes"),
                            ("default_aggregation[formula]", "count"),
                        ])
                    let new = try await stripe(
                        .post, "/v1/prices",
                        [
                            ("product", product.string("stripe_id") ?? ""), ("currency", "usd"),
                            ("recurring[interval]", "month"), ("recurring[usage_type]", "metered"),
                            ("recurring[meter]", counted.string("id") ?? ""), ("unit_amount", "700"),
                        ])
                    let cheaper = try await stripe(
                        .post, "/v1/coupons",
                        [("name", "Made there"), ("percent_off", "33.3333"), ("duration", "once")]
                    )
                    return (price: new.string("id") ?? "", coupon: cheaper.string("id") ?? "")
                }
                try await house.settled()
                let unchanged = try await portal.get("/v1/products/\(product.string("id") ?? "")")
                #expect(unchanged.string("name") == "Chat", "nothing was heard")

                try await house.wake("events.sweep")
                try await portal.seen("/v1/products/\(product.string("id") ?? "")", "the product is renamed") {
                    $0.string("name") == "Renamed there" && $0["prices"].arrayValue?.count == 2
                }
                let archived = try await portal.seen("/v1/prices/\(price.string("id") ?? "")", "its price is over") {
                    $0["active"] == false
                }
                #expect(archived.string("lookup_key") == "chat_old", "\(archived)")
                try await portal.seen("/v1/meters/\(meter.string("id") ?? "")", "the meter is off") {
                    $0.string("status") == "inactive"
                }
                try await portal.seen("/v1/coupons/\(coupon)", "the coupon is gone") {
                    $0.string("status") == "deleted"
                }
                let coupons = try await portal.seen("/v1/coupons", "the new coupon is here") {
                    $0.json.members.contains { $0.string("stripe_id") == made.coupon }
                }
                #expect(coupons.json.members.first?.string("percent_off") == "33.3333", "\(coupons)")
                let listed = try await portal.get("/v1/prices?stripe_id=\(made.price)")
                let counted = try #require(listed.json.members.first, "\(listed)")
                #expect(counted.string("model") == "per_unit" && counted["unit_amount"]?["amount"] == 700)
                let faxes = try await portal.get("/v1/meters/\(counted.string("meter") ?? "")")
                #expect(faxes.string("event_name") == "faxes" && faxes.string("formula") == "count", "\(faxes)")
            }
        }
    }
}
