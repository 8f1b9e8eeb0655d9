import HTTPTypes
import Testing

@testable import StripeStandIn

/// The stand-in's own arithmetic.
@Suite struct StandInMoneyTests {
    @Test(arguments: [
        ("0", "0"), ("0.4", "0.4"), ("12.500", "12.5"), ("-3.25", "-3.25"), ("0.000000000001", "0.000000000001"),
        ("100", "100"),
    ])
    func `decimals are written as short as they are`(_ text: String, _ written: String) {
        #expect(DecimalAmount(text)?.text == written)
    }

    @Test(arguments: ["", ".", "1.", ".5", "1e3", "0.0000000000001", "1,5", "--1", "1.2.3"])
    func `what is no decimal is refused`(_ text: String) { #expect(DecimalAmount(text) == nil) }

    @Test(arguments: [("2.5", 3), ("2.4", 2), ("-2.5", -3), ("0.49", 0), ("1000", 1_000)] as [(String, Int64)])
    func `halves go away from zero`(_ text: String, _ rounded: Int64) {
        #expect(DecimalAmount(text)?.rounded == rounded)
    }

    @Test func `2500 credits at 0.4 cents are ten dollars`() {
        #expect(
            PriceMath.amount(of: ["unit_amount_decimal": "0.4", "billing_scheme": "per_unit"], quantity: 2_500) == 1_000
        )
    }

    @Test func `packages are begun packages`() {
        let price: JSONObject = [
            "unit_amount_decimal": "5", "transform_quantity": ["divide_by": 60, "round": "up"],
        ]
        #expect(PriceMath.amount(of: price, quantity: 60) == 5)
        #expect(PriceMath.amount(of: price, quantity: 61) == 10)
    }

    @Test(
        arguments: [("graduated", 10, 1_000), ("graduated", 12, 1_180), ("volume", 12, 1_080), ("volume", 10, 1_000)]
            as [(String, Int64, Int64)])
    func `tiers`(_ mode: String, _ quantity: Int64, _ amount: Int64) {
        let price: JSONObject = [
            "billing_scheme": "tiered", "tiers_mode": .string(mode),
            "+tiers": [
                ["up_to": 10, "flat_amount": 1_000, "unit_amount": 0], ["up_to": .null, "unit_amount": 90],
            ],
        ]
        #expect(PriceMath.amount(of: price, quantity: quantity) == amount)
    }

    @Test func `days of the calendar there and back`() {
        for seconds: Int64 in [0, 951_782_400, 1_709_164_800, 1_769_817_600, 4_102_444_799, -86_401] {
            #expect(CivilDate(seconds: seconds).seconds == seconds)
        }
        let leap = CivilDate(seconds: 1_706_659_200)
        #expect(leap.adding(months: 1).day == 29)
        #expect(leap.adding(months: 13).day == 28)
        #expect(leap.adding(months: -2).month == 11)
    }
}
