import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// A preview is the bill that comes: of a new subscription, and of a change within a period.
    @Suite(.freshDatabase) struct PreviewRows {
        /// A fee for thirty days, so that the half of it is whole cents whatever month it is.
        private func sell(_ portal: APIClient, _ amount: Int64) async throws -> JSON {
            let price = try await portal.makePrice([
                "pricing_model": "base_fee", "interval": "day", "interval_count": 30,
                "price": ["amount": .integer(amount), "currency": "usd"],
            ])
            return try #require(price["id"])
        }

        private func amounts(_ bills: [JSON]) -> [Int64] {
            bills.compactMap { $0["amount_paid"]?["amount"]?.integerValue }
        }

        /// The amounts of an invoice's lines, smallest first.
        private func lines(_ invoice: JSON?) -> [Int64] {
            (invoice?["lines"]?.arrayValue ?? []).compactMap { $0["amount"]?.integerValue }.sorted()
        }

        @Test func `each of the four prorations bills what its preview said, to the cent, and when it said`()
            async throws
        {
            try await House.with { house in
                let (portal, _) = try await house.newShop()
                let (small, large) = (try await sell(portal, 3_000), try await sell(portal, 6_000))
                // What is previewed in the middle of the period, its lines, and every bill until the next period.
                let cases: [(word: String, preview: Int64, lines: [Int64], bills: [Int64])] = [
                    ("invoice", 1_500, [-1_500, 3_000], [3_000, 1_500, 6_000]),
                    ("prorate", 7_500, [-1_500, 3_000, 6_000], [3_000, 7_500]),
                    ("next_period", 6_000, [6_000], [3_000, 6_000]),
                    ("reset", 4_500, [-1_500, 6_000], [3_000, 4_500]),
                ]
                var sold: [String] = []
                for _ in cases {
                    let client = try await portal.addPayingClient(at: house.standIn)
                    let id = try #require(try await portal.buy(client, ["price": small]).target)
                    _ = try await portal.bills(of: id, 1)
                    sold.append(id)
                }
                try await house.standIn.advance(days: 15)
                for (id, wanted) in zip(sold, cases) {
                    let wish: JSON = ["price": large, "proration": .string(wanted.word)]
                    let told = try await portal.post("/v1/subscriptions/\(id)/preview", wish)
                    #expect(told["amount_due"]["amount"] == .integer(wanted.preview), "\(wanted.word) \(told)")
                    #expect(lines(told.json) == wanted.lines, "\(wanted.word) \(told)")
                    // Nothing came of asking.
                    #expect(try await portal.get("/v1/subscriptions/\(id)")["items"][0]?["price"] == small)
                    let changed = try await portal.post("/v1/subscriptions/\(id)/change", wish)
                    #expect(changed.status == 200, "\(wanted.word) \(changed)")
                    let isBilledNow = ["invoice", "reset"].contains(wanted.word)
                    let bills = try await portal.bills(of: id, isBilledNow ? 2 : 1)
                    #expect(bills.count == (isBilledNow ? 2 : 1), "\(wanted.word) \(bills)")
                    if isBilledNow { #expect(lines(bills[1]) == wanted.lines, "\(wanted.word) \(bills[1])") }
                }
                try await house.standIn.advance(days: 16)
                for (id, wanted) in zip(sold, cases) {
                    let bills = try await portal.bills(of: id, wanted.bills.count)
                    #expect(amounts(bills) == wanted.bills, "\(wanted.word)")
                    if let last = bills.last, wanted.word != "invoice" {
                        #expect(lines(last) == wanted.lines, "\(wanted.word) \(last)")
                    }
                    let now = try await portal.seen("/v1/subscriptions/\(id)", "\(wanted.word): it has the new price") {
                        $0["items"][0]?["price"] == large && $0["pending_change"] == .null
                    }
                    #expect(now["items"].arrayValue?.count == 1, "\(now)")
                }
                // The cycle that began anew goes on from there.
                try await house.standIn.advance(days: 15)
                #expect(amounts(try await portal.bills(of: sold[3], 3)) == [3_000, 4_500, 6_000])
                #expect(amounts(try await portal.bills(of: sold[0], 3)) == [3_000, 1_500, 6_000])
            }
        }

        @Test func `the preview of a new subscription is the first bill: discount, tax and lines`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                try await house.standIn.collectTax(key: key)
                let fee = try await sell(portal, 5_000)
                let seats = try await sell(portal, 700)
                let coupon = try await portal.addCoupon(["percent_off": 20, "duration": "once"])
                let client = try await portal.addPayingClient(
                    at: house.standIn, ["country": "GB", "postal_code": "SW1A 1AA"])
                let wish: JSONObject = [
                    "client": .string(client), "items": [["price": fee], ["price": seats, "quantity": 3]],
                    "coupon": .string(coupon), "automatic_tax": true,
                ]
                let told = try await portal.post("/v1/subscriptions/preview", .object(wish))
                // 50.00 and 3 × 7.00 are 71.00; a fifth off is 56.80; a fifth of tax makes it 68.16.
                for (field, amount) in [
                    ("subtotal", 7_100), ("discount_amount", 1_420), ("tax_amount", 1_136), ("total", 6_816),
                    ("amount_due", 6_816),
                ] as [(String, Int64)] {
                    #expect(told[field]["amount"] == .integer(amount), "\(field) \(told)")
                }
                #expect(try await portal.get("/v1/subscriptions").json.members.isEmpty)
                let sold = try await portal.buy(client, wish)
                let bill = try await portal.bills(of: try #require(sold.target), 1)[0]
                for field in ["subtotal", "discount_amount", "tax_amount", "total", "amount_due"] {
                    #expect(bill[field] == told[field], "\(field): \(bill) \(told)")
                }
                #expect(bill["amount_paid"]?["amount"] == 6_816)
                #expect(lines(bill) == lines(told.json) && lines(bill).count == 2, "\(bill) \(told)")

                // The next one has no discount, and says so before it comes.
                let next = try await portal.post("/v1/subscriptions/\(sold.target ?? "")/preview")
                #expect(next["amount_due"]["amount"] == 8_520, "\(next)")
                try await house.standIn.advance(days: 31)
                let second = try await portal.bills(of: sold.target ?? "", 2)[1]
                #expect(second["amount_paid"]?["amount"] == 8_520, "\(second)")
            }
        }

        @Test func `E8: the preview of a new subscription is taxed where the client will be`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                try await house.standIn.collectTax(key: key)
                let price = try await sell(portal, 5_000)
                // Stripe knows neither who this is nor where.
                let client = try await portal.addClient()
                var wish: JSONObject = ["client": .string(client), "price": price, "automatic_tax": true]
                let asked = try await portal.post("/v1/subscriptions/preview", .object(wish))
                #expect(asked.status == 422 && asked.string("code") == "tax_location_missing", "\(asked)")
                let needs = (asked["errors"].arrayValue ?? []).compactMap { $0.string("param") }
                #expect(needs == ["country", "postal_code"])
                wish["country"] = "GB"
                wish["postal_code"] = "SW1A 1AA"
                let told = try await portal.post("/v1/subscriptions/preview", .object(wish))
                #expect(told["total"]["amount"] == 6_000 && told["tax_amount"]["amount"] == 1_000, "\(told)")
                #expect(try await house.standIn.objects("customer").isEmpty)

                let untaxed = try await portal.post(
                    "/v1/subscriptions/preview", ["client": .string(client), "price": price])
                #expect(untaxed["total"]["amount"] == 5_000, "\(untaxed)")

                // This one is known, and moves: nothing of it is kept.
                let known = try await portal.addPayingClient(at: house.standIn)
                wish["client"] = .string(known)
                wish["country"] = nil
                wish["postal_code"] = nil
                let lost = try await portal.post("/v1/subscriptions/preview", .object(wish))
                #expect(lost.status == 422 && lost.string("code") == "tax_location_missing", "\(lost)")
                #expect(lost["errors"].arrayValue?.count == 2, "\(lost)")
                wish["country"] = "GB"
                wish["postal_code"] = "SW1A 1AA"
                let moved = try await portal.post("/v1/subscriptions/preview", .object(wish))
                #expect(moved["total"]["amount"] == 6_000, "\(moved)")
                #expect(try await portal.get("/v1/clients/\(known)")["country"] == .null)
                #expect(try await house.standIn.objects("customer").allSatisfy { $0["address"] == .null })
            }
        }
    }
}
