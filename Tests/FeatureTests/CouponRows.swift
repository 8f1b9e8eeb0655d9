import Foundation
import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// Coupons (seed 1I).
    @Suite(.freshDatabase) struct CouponRows {
        @Test
        func `J1 J2 J3 J4 J10 E9: 20 percent of 50 dollars is 40, 5 dollars off is 45, both named on the invoice`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let percent = try await portal.addCoupon(["name": "Spring", "percent_off": 20, "duration": "forever"])
                let amount = try await portal.addCoupon([
                    "name": "Five off", "amount_off": ["amount": 500, "currency": "usd"], "duration": "once",
                ])
                let listed = try await portal.get("/v1/coupons")
                #expect(listed.json.members.compactMap { $0.string("name") } == ["Five off", "Spring"])
                let there = try await house.standIn.stripe(.get, "/v1/coupons", key: key)
                #expect(there.json.members.count == 2)
                for (coupon, name, paid) in [(percent, "Spring", 4_000), (amount, "Five off", 4_500)]
                    as [(String, String, Int64)]
                {
                    let price = try await portal.sell(5_000, period: "monthly")
                    let client = try await portal.addPayingClient(at: house.standIn)
                    let sold = try await portal.buy(client, ["price": .string(price), "coupon": .string(coupon)])
                    let bill = try await portal.bills(of: try #require(sold.target), 1)[0]
                    #expect(bill["amount_paid"]?["amount"] == .integer(paid), "\(bill)")
                    #expect(bill["discount_amount"]?["amount"] == .integer(5_000 - paid))
                    #expect(bill["subtotal"]?["amount"] == 5_000)
                    // What Stripe prints on the invoice: the name of the discount's coupon.
                    let printed = try await house.standIn.stripe(
                        .get, "/v1/invoices/\(bill.string("stripe_id") ?? "")?expand[0]=discounts", key: key)
                    let source = printed["discounts"][0]?["source"]?.string("coupon") ?? ""
                    #expect(printed["discounts"].arrayValue?.count == 1, "\(printed)")
                    #expect(
                        try await house.standIn.stripe(.get, "/v1/coupons/\(source)", key: key).string("name") == name)
                }
            }
        }

        @Test func `J5 J6: wrong values are told field by field, and a coupon keeps to its currency`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                for (percent, code) in [
                    (0 as JSON, "invalid_field"), (101, "invalid_field"), (-5, "invalid_field"),
                    ("12.345", "invalid_field"),
                ] {
                    let refused = try await portal.post(
                        "/v1/coupons", ["name": "No", "duration": "once", "percent_off": percent])
                    #expect(refused.status == 400 && refused.string("code") == code, "\(refused)")
                    #expect(refused.string("param") == "percent_off")
                }
                for amount in [0, -500] as [Int64] {
                    let off: JSON = ["amount": .integer(amount), "currency": "usd"]
                    let refused = try await portal.post(
                        "/v1/coupons", ["name": "No", "duration": "once", "amount_off": off])
                    #expect(refused.status == 400, "\(refused)")
                    #expect(refused.string("param")?.hasPrefix("amount_off") == true, "\(refused)")
                }
                let both = try await portal.post(
                    "/v1/coupons",
                    [
                        "name": "No", "duration": "repeating", "percent_off": 5,
                        "amount_off": ["amount": 100, "currency": "usd"],
                    ])
                #expect(both.status == 400, "\(both)")
                #expect(
                    (both["errors"].arrayValue ?? []).compactMap { $0.string("param") }.sorted() == [
                        "amount_off", "duration_in_months",
                    ])
                let euros = try await portal.addCoupon([
                    "amount_off": ["amount": 500, "currency": "eur"], "duration": "once",
                ])
                let price = try await portal.sell(5_000, period: "monthly")
                let client = try await portal.addClient()
                let refused = try await portal.post(
                    "/v1/subscriptions",
                    ["client": .string(client), "price": .string(price), "coupon": .string(euros)])
                #expect(refused.status == 400 && refused.string("code") == "coupon_currency_mismatch", "\(refused)")
                #expect(refused.string("param") == "coupon")
            }
        }

        @Test func `J7 J8 J9: once is one invoice, forever all, three months the first three`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let terms: [(JSONObject, [Int64])] = [
                    (["duration": "once"], [4_000, 5_000, 5_000, 5_000]),
                    (["duration": "forever"], [4_000, 4_000, 4_000, 4_000]),
                    (["duration": "repeating", "duration_in_months": 3], [4_000, 4_000, 4_000, 5_000]),
                ]
                var sold: [(id: String, paid: [Int64])] = []
                for (term, paid) in terms {
                    var form = term
                    form["percent_off"] = 20
                    let coupon = try await portal.addCoupon(form)
                    let price = try await portal.sell(5_000, period: "monthly")
                    let client = try await portal.addPayingClient(at: house.standIn)
                    let answer = try await portal.buy(client, ["price": .string(price), "coupon": .string(coupon)])
                    sold.append((try #require(answer.target), paid))
                }
                for _ in 0..<3 { try await house.standIn.advance(days: 32) }
                for (id, paid) in sold {
                    let bills = try await portal.bills(of: id, 4)
                    #expect(bills.prefix(4).compactMap { $0["amount_paid"]?["amount"]?.integerValue } == paid)
                }
            }
        }

        @Test func `J11 J12 J13: a coupon is added to a running subscription, shown, and removed again`() async throws {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let coupon = try await portal.addCoupon(["percent_off": 20, "duration": "forever"])
                let price = try await portal.sell(5_000, period: "monthly")
                let client = try await portal.addPayingClient(at: house.standIn)
                let id = try #require(try await portal.buy(client, ["price": .string(price)]).target)
                let path = "/v1/subscriptions/\(id)"
                #expect(try await portal.get(path)["coupon"] == .null)
                let put = try await portal.put("\(path)/coupon", ["coupon": .string(coupon)])
                #expect(put.status == 200 && put.string("coupon") == coupon, "\(put)")
                let cheaper = try await portal.post("\(path)/preview")
                #expect(cheaper["amount_due"]["amount"] == 4_000, "\(cheaper)")
                #expect(cheaper["discount_amount"]["amount"] == 1_000)
                let removed = try await portal.delete("\(path)/coupon")
                #expect(removed.status == 200 && removed["coupon"] == .null, "\(removed)")
                #expect(try await portal.post("\(path)/preview")["amount_due"]["amount"] == 5_000)
                let again = try await portal.delete("\(path)/coupon")
                #expect(again.status == 409 && again.string("code") == "coupon_missing")
            }
        }

        @Test func `J1: a coupon made in Stripe's dashboard is here too, and goes with it`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let made = try await house.standIn.stripe(
                    .post, "/v1/coupons", key: key,
                    form: [("name", "Dashboard"), ("percent_off", "12.5"), ("duration", "forever")])
                let listed = try await portal.seen("/v1/coupons", "it is here") { $0.json.members.count == 1 }
                #expect(listed.json.members[0].string("percent_off") == "12.5")
                let deleted = try await portal.delete("/v1/coupons/\(listed.json.members[0].string("id") ?? "")")
                #expect(deleted.string("status") == "deleted", "\(deleted)")
                let gone = try await house.standIn.stripe(
                    .get, "/v1/coupons/\(made.string("id") ?? "")", key: key)
                #expect(gone.status == 404)
                #expect(try await portal.get("/v1/coupons").json.members.isEmpty)
            }
        }
    }
}
