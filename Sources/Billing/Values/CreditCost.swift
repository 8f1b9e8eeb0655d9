/// What one credit costs: an exact decimal number of major units of a currency (dollars, not cents) with at most nine
/// digits behind the point (L7). There is no way to a floating point number (V1).
public struct CreditCost: Hashable, Comparable, Sendable {
    /// Digits behind the point.
    public static let placesMax = 9
    /// One million of the currency: more than any credit costs, and small enough to be added without care.
    static let scaledMax = FixedPoint.power(6) * FixedPoint.power(placesMax)

    /// In parts of 10^-9.
    private let scaled: Int128

    private init(scaled: Int128) { self.scaled = scaled }

    /// Nothing.
    public static let zero = CreditCost(scaled: 0)

    /// Reads `0.004`, `1`: no sign, no exponent. Nil for anything else, for more than nine digits behind the point, and
    /// for more than a million.
    public init?(_ text: String) {
        guard let scaled = FixedPoint.parse(text, places: Self.placesMax), scaled <= Self.scaledMax else { return nil }
        self.scaled = scaled
    }

    /// The shortest spelling: `0.004`.
    public var text: String { FixedPoint.text(scaled, places: Self.placesMax) }

    /// Both together: what the platform takes and what the agency adds (L8).
    public static func + (left: CreditCost, right: CreditCost) -> CreditCost {
        CreditCost(scaled: left.scaled + right.scaled)
    }

    /// Cheaper is smaller.
    public static func < (left: CreditCost, right: CreditCost) -> Bool { left.scaled < right.scaled }

    /// How many whole credits an amount buys at this cost: amount ÷ cost, rounded down (V14). Nil where they cost
    /// nothing or are more than can be counted.
    public func credits(for money: Money) -> CreditAmount? {
        guard scaled > 0 else { return nil }
        // The amount in parts of 10^-9 major units: at most eight digits and nine places, far below 2^127.
        let paid = Int128(money.amount) * FixedPoint.power(Self.placesMax) / FixedPoint.power(money.currency.exponent)
        return CreditAmount(credits: paid / scaled)
    }
}
