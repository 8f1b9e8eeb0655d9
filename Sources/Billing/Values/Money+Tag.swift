extension Money {
    /// As a price tag shows it: `$10`, `$10.50`, `€5`, `¥1000`, `KWD 1.230`. Without a fraction where there is none.
    public var tag: String {
        let parts = FixedPoint.power(currency.exponent)
        let (whole, rest) = Int128(amount).quotientAndRemainder(dividingBy: parts)
        var number = "\(whole)"
        if rest != 0 {
            var digits = "\(rest)"
            while digits.utf8.count < currency.exponent { digits = "0" + digits }
            number += "." + digits
        }
        guard let sign = Self.signs[currency.code] else { return "\(currency.code.uppercased()) \(number)" }
        return sign + number
    }

    /// Signs that stand for one currency wherever the reader is; others are named by their code.
    private static let signs = [
        "usd": "$", "eur": "€", "gbp": "£", "jpy": "¥", "inr": "₹", "krw": "₩", "ils": "₪", "vnd": "₫", "php": "₱",
        "aud": "A$", "cad": "CA$", "nzd": "NZ$", "hkd": "HK$", "sgd": "S$", "mxn": "MX$", "brl": "R$", "cny": "CN¥",
        "pln": "zł ", "chf": "CHF ", "try": "₺", "uah": "₴", "ngn": "₦", "ghs": "GH₵", "zar": "R ",
    ]
}
