/// A decimal number of minor units with at most twelve places, as `unit_amount_decimal` is: exact, no binary fractions.
struct DecimalAmount: Hashable, Comparable, Sendable {
    /// The number times 10^12.
    let scaled: Int128

    /// Nothing.
    static let zero = DecimalAmount(scaled: 0)
    private static let one: Int128 = 1_000_000_000_000

    /// From the number times 10^12.
    init(scaled: Int128) { self.scaled = scaled }

    /// A whole number.
    init(_ whole: Int64) { scaled = Int128(whole) * Self.one }

    /// Digits with an optional sign and at most twelve decimal places; nil for anything else.
    init?(_ text: String) {
        var digits = Substring(text)
        let isNegative = digits.first == "-"
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 1 || parts.count == 2, let whole = parts.first, !whole.isEmpty, whole.count <= 20,
            whole.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        let fraction = parts.count == 2 ? parts[1] : ""
        guard parts.count == 1 || (!fraction.isEmpty && fraction.count <= 12),
            fraction.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let units = Int128(whole),
            let places = Int128(fraction + String(repeating: "0", count: 12 - fraction.count))
        else { return nil }
        scaled = (isNegative ? -1 : 1) * (units * Self.one + places)
    }

    /// Rounded to a whole number of minor units, halves away from zero as Stripe rounds a line.
    var rounded: Int64 {
        let half = Self.one / 2
        return Int64(scaled >= 0 ? (scaled + half) / Self.one : (scaled - half) / Self.one)
    }

    /// Rounded to a multiple of so many minor units, halves away from zero.
    func rounded(toStep step: Int64) -> Int64 {
        if step == 1 { return rounded }
        let unit = Self.one * Int128(step)
        let half = unit / 2
        return Int64(scaled >= 0 ? (scaled + half) / unit : (scaled - half) / unit) * step
    }

    /// The whole number it is, nil when it has decimal places.
    var exactly: Int64? { scaled % Self.one == 0 ? Int64(scaled / Self.one) : nil }

    /// The shortest way to write it, as Stripe answers it.
    var text: String {
        let magnitude = scaled.magnitude
        let (whole, places) = magnitude.quotientAndRemainder(dividingBy: UInt128(Self.one))
        var fraction = String(places)
        fraction = String(repeating: "0", count: 12 - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return (scaled < 0 ? "-" : "") + String(whole) + (fraction.isEmpty ? "" : "." + fraction)
    }

    /// So many of it.
    static func * (amount: DecimalAmount, quantity: Int64) -> DecimalAmount {
        DecimalAmount(scaled: amount.scaled * Int128(quantity))
    }

    /// The sum.
    static func + (left: DecimalAmount, right: DecimalAmount) -> DecimalAmount {
        DecimalAmount(scaled: left.scaled + right.scaled)
    }

    /// By value.
    static func < (left: DecimalAmount, right: DecimalAmount) -> Bool { left.scaled < right.scaled }
}
