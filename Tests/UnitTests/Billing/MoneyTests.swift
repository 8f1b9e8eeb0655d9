import Testing

@testable import Billing

struct MoneyTests {
    @Test(arguments: [
        ("usd", 2500, "25.00 USD"), ("jpy", 500, "500 JPY"), ("kwd", 1230, "1.230 KWD"), ("isk", 500, "5.00 ISK"),
        ("eur", 5, "0.05 EUR"), ("usd", 0, "0.00 USD"),
    ])
    func `V1: amounts are shown with their currency's digits`(code: String, amount: Int64, text: String) throws {
        let currency = try #require(Currency(code))
        #expect(try Money(amount, currency).text == text)
    }

    @Test func `F22: every currency of the table is three lower-case letters, in one list only, and keeps its step`()
        throws
    {
        let lists = [
            Currency.twoDecimal, Currency.zeroDecimal, Currency.threeDecimal, Currency.twoDigitsWithoutFraction,
        ]
        #expect(lists.reduce(0) { $0 + $1.count } == Currency.known.count)
        for code in Currency.known {
            let currency = try #require(Currency(code.uppercased()))
            #expect(code.count == 3 && code == code.lowercased() && [0, 2, 3].contains(currency.exponent))
            #expect(try Money(currency.step * 7, currency).amount == currency.step * 7)
            if currency.step > 1 {
                #expect(throws: Money.Refusal.notMultiple(of: currency.step)) {
                    try Money(currency.step * 7 + 1, currency)
                }
            }
        }
        #expect(Currency("xyz") == nil && Currency("us") == nil && Currency("usd ") == nil)
    }

    @Test func `amounts below zero, above eight digits and overflowing products are refused`() throws {
        let usd = try #require(Currency("usd"))
        #expect(throws: Money.Refusal.negative) { try Money(-1, usd) }
        #expect(throws: Money.Refusal.tooLarge) { try Money(100_000_000, usd) }
        #expect(throws: Money.Refusal.tooLarge) { try Money(99_999_999, usd).times(.max) }
        #expect(try Money(2500, usd).times(3).amount == 7500)
    }

    @Test(arguments: [
        ("admin@client.example", true), ("a.b+c@x-y.co.uk", true), ("a@b", false), ("a@b.1", false), ("a@b.4c", false),
        ("@b.co", false),
        ("a b@c.de", false), ("a@-b.de", false), ("a..b@c.de", false), (".a@c.de", false), ("a@c.de ", false),
        ("ä@c.de", false),
        ("a@c.de\r\nBcc: x@y.zz", false), ("a@@c.de", false), ("a@c..de", false),
    ])
    func `H6: an e-mail address is one a mail could reach`(text: String, isGood: Bool) {
        #expect((EmailAddress(text) != nil) == isGood)
    }

    @Test func `C3: countries are Stripe's`() {
        #expect(CountryCode("us")?.code == "US" && CountryCode("DE") != nil)
        #expect(
            CountryCode("XX") == nil && CountryCode("KP") == nil && CountryCode("USA") == nil && CountryCode("") == nil)
    }

    @Test(arguments: [
        ("sk_test_51abcdefgh", "secret", false), ("sk_live_51abcdefgh", "secret", true),
        ("rk_test_51abcdefgh", "restricted", false),
        ("rk_live_51abcdefgh", "restricted", true),
    ])
    func `A6: the prefix tells kind and mode`(text: String, kind: String, livemode: Bool) throws {
        let shape = try SecretKeyShape(text)
        #expect(shape.kind.rawValue == kind && shape.livemode == livemode && shape.last4 == "efgh")
    }

    @Test(arguments: [
        ("pk_test_51abcdefgh", SecretKeyShape.Refusal.publishable), ("whsec_abcdefgh", .webhookSecret),
        ("hello", .unknownPrefix),
        ("", .unknownPrefix), ("tg_test_abc", .unknownPrefix), ("sk_test_", .malformed),
        ("sk_test_abc def ghi", .malformed),
        ("sk_test_••••4242", .malformed), ("SK_TEST_51abcdefgh", .unknownPrefix),
    ])
    func `A6: other texts are refused, each for its reason`(text: String, refusal: SecretKeyShape.Refusal) {
        #expect(throws: refusal) { try SecretKeyShape(text) }
    }
}
