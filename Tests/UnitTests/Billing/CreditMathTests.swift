import Testing

@testable import Billing

/// Credits are counted in exact decimals: what is shown is what is granted (V14), and many small refunds come to the
/// same as one (V15).
@Suite struct CreditMathTests {
    private func money(_ amount: Int64, _ code: String = "usd") throws -> Money {
        try Money(amount, try #require(Currency(code)))
    }
    private func cost(_ text: String) throws -> CreditCost { try #require(CreditCost(text)) }

    @Test(arguments: [
        (1_000, "usd", "0.004", "2500"), (1_000, "usd", "0.005", "2000"), (1_000, "usd", "0.006", "1666"),
        (1_000, "usd", "0.003", "3333"), (1, "usd", "0.000000001", "10000000"), (999, "usd", "10", "0"),
        (1_000, "jpy", "0.4", "2500"), (10_000, "kwd", "0.004", "2500"), (1_000, "usd", "0.000001", "10000000"),
        (99_999_999, "usd", "0.00001", "99999999000"), (1_050, "eur", "0.0042", "2500"),
    ]) func `V14: an amount buys so many whole credits`(
        amount: Int64, currency: String, cost text: String, credits: String
    ) throws {
        #expect(try cost(text).credits(for: money(amount, currency))?.text == credits)
    }

    @Test func `V14: the credits of any amount cost no more than it, and one more would`() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let (minor, nano) = (Int64.random(in: 1...99_999_999, using: &random), Int64.random(in: 1...5_000_000_000))
            let text = FixedPoint.text(Int128(nano), places: 9)
            guard let credits = try cost(text).credits(for: money(minor)) else {
                // Only where they are more than can be counted.
                #expect(Int128(minor) * 10_000_000 / Int128(nano) > Int128(CreditAmount.creditsMax))
                continue
            }
            // In parts of 10^-9: a cent is 10^7 of them.
            let whole = Int128(credits.micro / 1_000_000)
            #expect(credits.micro % 1_000_000 == 0)
            #expect(whole * Int128(nano) <= Int128(minor) * 10_000_000, "\(minor) at \(text)")
            #expect((whole + 1) * Int128(nano) > Int128(minor) * 10_000_000, "\(minor) at \(text)")
        }
    }

    @Test func `L8: base and agency cost add up exactly`() throws {
        #expect(try (cost("0.002") + cost("0.004")).text == "0.006")
        #expect(try (cost("0.1") + cost("0.2")).text == "0.3")
        #expect(try (cost("0.000000001") + cost("0.999999999")).text == "1")
    }

    @Test func `what is written is read again, to the last digit`() throws {
        for _ in 0..<20_000 {
            let (cost, credits) = (
                Int64.random(in: 0...1_000_000_000_000_000), Int64.random(in: -1_000_000_000...1_000)
            )
            let costText = FixedPoint.text(Int128(cost), places: 9)
            #expect(CreditCost(costText)?.text == costText)
            let text = CreditAmount(micro: credits).text
            #expect(CreditAmount(text)?.micro == credits)
        }
        #expect(CreditCost("0.004000")?.text == "0.004")
        #expect(CreditCost("1000000")?.text == "1000000")
        #expect(CreditAmount("-0.250000")?.micro == -250_000)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "-1", "+1", "1e3", "0.0000000001", "1,5", "1000000.000000001", "½", "0x1", " 1", "1 ",
        "999999999999999999999999",
    ]) func `a cost is digits with at most nine behind a point`(text: String) { #expect(CreditCost(text) == nil) }

    @Test(arguments: ["", "-", "--1", "1.0000001", "100000000001", "1e6", "9223372036854775808"])
    func `a number of credits has six digits behind the point and an end`(text: String) {
        #expect(CreditAmount(text) == nil)
    }

    @Test func `V15: refunds in any pieces take back the same, and all of it for the whole`() throws {
        for _ in 0..<2_000 {
            let whole = Int64.random(in: 1...1_000_000)
            let credits = CreditAmount(micro: Int64.random(in: 1...1_000_000_000_000))
            var (given, taken) = (Int64(0), Int64(0))
            while given < whole {
                let piece = Int64.random(in: 1...(whole - given))
                let step = credits.share(given + piece, of: whole).micro - credits.share(given, of: whole).micro
                #expect(step >= 0)
                (given, taken) = (given + piece, taken + step)
            }
            #expect(taken == credits.micro)
            #expect(credits.share(0, of: whole) == .zero)
        }
    }

    @Test(arguments: [
        (1_000, "usd", "$10"), (1_050, "usd", "$10.50"), (5, "usd", "$0.05"), (1_000, "jpy", "¥1000"),
        (1_230, "kwd", "KWD 1.230"), (10_000, "kwd", "KWD 10"), (99_900, "isk", "ISK 999"), (500, "eur", "€5"),
    ]) func `L9: a price tag is in the currency's own format`(amount: Int64, code: String, tag: String) throws {
        #expect(try money(amount, code).tag == tag)
    }
}
