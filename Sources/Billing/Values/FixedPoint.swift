/// Reads and writes decimal numbers as whole numbers of their smallest part: exact, with no way to a floating point
/// number (V1).
enum FixedPoint {
    /// 10 to so many.
    static func power(_ places: Int) -> Int128 { (0..<places).reduce(Int128(1)) { power, _ in power * 10 } }

    /// Reads `12`, `0.004`, `-1.5` as a number of parts of 10^-`places`: no exponent, no `+`, a digit on both sides of
    /// a point, at most 18 digits before it. Nil for anything else and for more places than there are.
    static func parse(_ text: String, places: Int, isSigned: Bool = false) -> Int128? {
        var digits = Substring(text)
        let isNegative = isSigned && digits.hasPrefix("-")
        if isNegative { digits = digits.dropFirst() }
        let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, (1...18).contains(whole.utf8.count), whole.utf8.allSatisfy(isDigit) else {
            return nil
        }
        var fraction = parts.count > 1 ? parts[1] : "0"
        guard !fraction.isEmpty, fraction.utf8.count <= 40, fraction.utf8.allSatisfy(isDigit) else { return nil }
        while fraction.hasSuffix("0") { fraction = fraction.dropLast() }
        guard fraction.utf8.count <= places, let units = Int128(whole) else { return nil }
        let padded = String(fraction) + String(repeating: "0", count: places - fraction.utf8.count)
        guard let rest = places == 0 ? 0 : Int128(padded) else { return nil }
        let value = units * power(places) + rest
        return isNegative ? -value : value
    }

    /// The shortest spelling: `0.004`, `2500`, `-1.5`.
    static func text(_ value: Int128, places: Int) -> String {
        let (whole, rest) = value.magnitude.quotientAndRemainder(dividingBy: power(places).magnitude)
        let sign = value < 0 ? "-" : ""
        guard rest != 0 else { return "\(sign)\(whole)" }
        var digits = "\(rest)"
        while digits.utf8.count < places { digits = "0" + digits }
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
