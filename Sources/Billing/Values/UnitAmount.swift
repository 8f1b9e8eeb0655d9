/// An exact price of one unit in minor units of a currency, with at most twelve digits behind the point: what Stripe
/// calls `unit_amount_decimal`. There is no way to a floating point number (V1).
public struct UnitAmount: Hashable, Comparable, Sendable {
    /// Twelve digits behind the point (https://docs.stripe.com/api/prices/create, `unit_amount_decimal`).
    public static let digitsMax = 12
    private static let one: Int128 = 1_000_000_000_000

    private let scaled: Int128

    private init(scaled: Int128) { self.scaled = scaled }

    /// Whole minor units.
    public init(_ minorUnits: Int64) { scaled = Int128(minorUnits) * Self.one }

    /// Reads `12`, `0.4`, `0.083333333333`: digits, at most one point, no sign, no exponent; nil for anything else, for
    /// more digits than Stripe keeps, and for more than can be charged.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.count <= 12, whole.utf8.allSatisfy(Self.isDigit) else {
            return nil
        }
        guard var value = Int128(whole) else { return nil }
        var fraction = parts.count > 1 ? String(parts[1]) : ""
        guard parts.count == 1 || !fraction.isEmpty, fraction.utf8.allSatisfy(Self.isDigit) else { return nil }
        while fraction.hasSuffix("0") { fraction.removeLast() }
        guard fraction.count <= Self.digitsMax else { return nil }
        while fraction.count < Self.digitsMax { fraction.append("0") }
        guard let digits = Int128(fraction) else { return nil }
        value = value * Self.one + digits
        guard value <= Int128(Money.amountMax) * Self.one else { return nil }
        scaled = value
    }

    /// No charge.
    public static let zero = UnitAmount(0)

    /// The shortest spelling: `2500`, `0.4`.
    public var text: String {
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Self.one)
        guard rest != 0 else { return "\(whole)" }
        var digits = String("\(rest)")
        while digits.count < Self.digitsMax { digits = "0" + digits }
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)"
    }

    /// The number of minor units, where it is whole.
    public var whole: Int64? {
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Self.one)
        return rest == 0 ? Int64(exactly: whole) : nil
    }

    /// The price of a sixtieth of the unit, rounded half up at the twelfth digit: a minute's price as a second's (V7).
    public var perSecond: UnitAmount { UnitAmount(scaled: (scaled + 30) / 60) }

    /// Smaller costs less.
    public static func < (left: UnitAmount, right: UnitAmount) -> Bool { left.scaled < right.scaled }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension UnitAmount {
    /// For people, in the major unit and as exactly as it is: `$25.00`, `$0.004`, `¥500`, `25.00 CHF`.
    public func written(in currency: Currency) -> String {
        let parts = text.split(separator: ".").map(String.init)
        var whole = parts[0]
        while whole.count <= currency.exponent { whole = "0" + whole }
        let point = whole.index(whole.endIndex, offsetBy: -currency.exponent)
        let fraction = String(whole[point...]) + (parts.count > 1 ? parts[1] : "")
        let number = String(whole[..<point]) + (fraction.isEmpty ? "" : "." + fraction)
        if let symbol = Self.symbols[currency.code] { return symbol + number }
        return number + " " + currency.code.uppercased()
    }

    private static let symbols = ["usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"]
}
