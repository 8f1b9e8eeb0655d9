import HTTPTypes
import TestSupport
import Testing

extension FeatureRows {
    /// What each model comes to on an invoice, to the cent.
    @Suite(.freshDatabase) struct CatalogueAmountRows {
        private static let tiers: JSON = [["up_to": 10, "unit_amount": 500], ["up_to": "inf", "unit_amount": 400]]

        private func id(_ price: JSON) -> String { price.string("stripe_id") ?? "" }

        @Test func `B6 B7 B8 B11 B12 D10: twelve units are $48 by volume and $58 graduated; flat, yearly and yen too`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let till = try await Till(house.standIn, key: key)
                var prices: [String: JSON] = [:]
                for mode in ["volume", "graduated"] {
                    prices[mode] = try await portal.makePrice([
                        "pricing_model": "base_fee", "billing_period": "monthly", "price": ["currency": "usd"],
                        "tiers_mode": .string(mode), "tiers": Self.tiers,
                    ])
                }
                for (currency, period, unit) in [
                    ("eur", "monthly", "month"), ("jpy", "yearly", "year"), ("gbp", "weekly", "week"),
                ] {
                    let price = try await portal.makePrice([
                        "pricing_model": "base_fee", "billing_period": .string(period),
                        "price": ["amount": 4_900, "currency": .string(currency)],
                    ])
                    #expect(try await house.standIn.price(price, key: key)["recurring"]["interval"] == .string(unit))
                    prices[currency] = price
                }
                let volume = try await till.buy([(id(prices["volume"] ?? .null), 12)])
                let graduated = try await till.buy([(id(prices["graduated"] ?? .null), 12)])
                let second = try await Till(house.standIn, key: key)
                let euros = try await second.buy([(id(prices["eur"] ?? .null), 1)])
                let third = try await Till(house.standIn, key: key)
                let yen = try await third.buy([(id(prices["jpy"] ?? .null), 1)])
                let fourth = try await Till(house.standIn, key: key)
                let pounds = try await fourth.buy([(id(prices["gbp"] ?? .null), 1)])
                try await house.standIn.advance(days: 32)
                #expect(try await fourth.totals(of: pounds) == [4_900, 4_900, 4_900, 4_900, 4_900], "every week")
                #expect(try await till.totals(of: volume) == [4_800, 4_800])
                #expect(try await till.totals(of: graduated) == [5_800, 5_800])
                #expect(try await second.totals(of: euros) == [4_900, 4_900])
                #expect(try await third.totals(of: yen) == [4_900], "a year has not passed")
                let invoice = try await second.invoices(of: euros)[0]
                #expect(invoice["currency"] == "eur" && invoice["lines"]?.members.count == 1)
                #expect(try await third.invoices(of: yen)[0]["currency"] == "jpy")
                try await house.standIn.advance(days: 335)
                #expect(try await third.totals(of: yen) == [4_900, 4_900])
                #expect(try await second.totals(of: euros).count == 13)
            }
        }

        @Test func `B10 B13 B14 B15 D5 D8 D15: use is charged per unit, per package, per tier and by the minute`()
            async throws
        {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let usage: JSONObject = ["pricing_model": "usage_based", "billing_period": "monthly"]
                func sell(_ more: JSONObject) async throws -> (price: String, event: String) {
                    var form = usage
                    for entry in more { form[entry.key] = entry.value }
                    let price = try await portal.makePrice(form)
                    let meter = try await portal.get("/v1/meters/\(price.string("meter") ?? "")")
                    return (id(price), meter.string("event_name") ?? "")
                }
                let unit = try await sell([
                    "price": ["amount_decimal": "0.4", "currency": "usd"], "usage_metric": "message_credits",
                ])
                let package = try await sell([
                    "price": ["amount": 300, "currency": "usd"], "package": ["size": 100], "usage_metric": "messages",
                ])
                let volume = try await sell([
                    "price": ["currency": "usd"], "usage_metric": "interactions", "tiers_mode": "volume",
                    "tiers": Self.tiers,
                ])
                let graduated = try await sell([
                    "price": ["currency": "usd"], "usage_metric": "conversations", "tiers_mode": "graduated",
                    "tiers": Self.tiers,
                ])
                let minutes = try await sell([
                    "price": ["amount": 10, "currency": "usd"], "usage_metric": "minutes",
                ])
                let half = try await sell([
                    "price": ["amount": 50, "currency": "usd"], "usage_metric": "custom",
                ])
                let used: [((price: String, event: String), Int64, Int64)] = [
                    (unit, 2_500, 1_000), (package, 250, 900), (volume, 12, 4_800), (graduated, 12, 5_800),
                    (minutes, 90, 15), (half, 7, 350),
                ]
                var bought: [(Till, String, Int64)] = []
                for (sold, quantity, total) in used {
                    let till = try await Till(house.standIn, key: key)
                    let subscription = try await till.buy([(sold.price, nil)])
                    try await till.use(quantity, of: sold.event)
                    // In flexible billing mode nothing to pay is no invoice (D5: the first one is of $0).
                    #expect(try await till.totals(of: subscription) == [])
                    bought.append((till, subscription, total))
                }
                try await house.standIn.advance(days: 32)
                for (till, subscription, total) in bought {
                    let totals = try await till.totals(of: subscription)
                    #expect(totals == [total])
                }
                // Seven units at $0.004 are 2.8 cents: the invoice has whole cents.
                let few = try await Till(house.standIn, key: key)
                let little = try await few.buy([(unit.price, nil)])
                try await few.use(7, of: unit.event)
                try await house.standIn.advance(days: 32)
                let totals = try await few.totals(of: little)
                #expect(totals == [3])
            }
        }

        @Test func `D2 D3 D4: 60 of 100 minutes add nothing, 130 add $3.00`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let product = try await portal.makeProduct(
                    "Voice",
                    [
                        "pricing_model": "base_fee", "billing_period": "monthly", "usage_metric": "minutes",
                        "price": ["amount": 4_900, "currency": "usd"], "usage_limit": 100, "overage_unit_amount": 10,
                    ])
                #expect(product["usage_limit"] == 100 && product["overage_unit_amount_decimal"] == "10")
                let prices = product["prices"].arrayValue ?? []
                #expect(prices.count == 2 && prices[1]["tiers"]?[0]?["up_to"] == 6_000)
                #expect(prices[1]["shown"]?["tiers"]?[0]?["up_to"] == 100)
                let meter = try await portal.get("/v1/meters/\(prices[1].string("meter") ?? "")")
                let event = meter.string("event_name") ?? ""
                #expect(meter.string("metric") == "seconds" && meter.string("product") == product.string("id"))
                let items = [(id: id(prices[0]), quantity: Int64?(1)), (id: id(prices[1]), quantity: nil)]
                let few = try await Till(house.standIn, key: key)
                let many = try await Till(house.standIn, key: key)
                let little = try await few.buy(items)
                let much = try await many.buy(items)
                try await few.use(60 * 60, of: event)
                try await many.use(130 * 60, of: event)
                try await house.standIn.advance(days: 32)
                #expect(try await few.totals(of: little) == [4_900, 4_900])
                #expect(try await many.totals(of: much) == [4_900, 4_900 + 300])
            }
        }

        @Test func `D11 D12: $25 is $25.00 with $4.17 of tax inside, or $30.00 with $5.00 on top`() async throws {
            try await House.with { house in
                let (portal, key) = try await house.newShop()
                let till = try await Till(house.standIn, key: key, taxed: true)
                for (isInclusive, total, tax, text) in [
                    (true, 2_500, 417, "$25.00, tax included"), (false, 3_000, 500, "$25.00 + tax"),
                ] as [(Bool, Int64, Int64, String)] {
                    let price = try await portal.makePrice([
                        "pricing_model": "base_fee", "billing_period": "monthly", "tax_inclusive": .bool(isInclusive),
                        "price": ["amount": 2_500, "currency": "usd"],
                    ])
                    #expect(price["shown"]?["text"] == .string(text))
                    let subscription = try await till.buy([(id(price), 1)], taxed: true)
                    let invoice = try await till.invoices(of: subscription)[0]
                    #expect(invoice["total"] == .integer(total))
                    let taxes = invoice["total_taxes"]?.arrayValue ?? []
                    #expect(taxes.compactMap { $0["amount"]?.integerValue }.reduce(0, +) == tax, "\(invoice)")
                }
            }
        }
    }
}
