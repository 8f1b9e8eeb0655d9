/// A moment in time: microseconds since 1970-01-01 00:00 UTC, the precision PostgreSQL keeps.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since 1970 UTC.
    public var microseconds: Int64

    /// A moment from microseconds since 1970 UTC.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A moment from whole seconds since 1970 UTC, as Stripe writes them. Saturates far outside any calendar.
    public init(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        microseconds = overflow ? (seconds < 0 ? .min : .max) : product
    }

    /// Whole seconds since 1970 UTC, rounded down.
    public var seconds: Int64 { microseconds.flooredQuotient(by: 1_000_000) }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

    /// The moment after a duration; saturates instead of overflowing.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = moment.microseconds.addingReportingOverflow(duration.microseconds)
        return Timestamp(microseconds: overflow ? (duration < .zero ? .min : .max) : sum)
    }

    /// The moment before a duration; saturates instead of overflowing.
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        let (rest, overflow) = moment.microseconds.subtractingReportingOverflow(duration.microseconds)
        return Timestamp(microseconds: overflow ? (duration < .zero ? .max : .min) : rest)
    }

    /// How long from `right` to `left`; saturates instead of overflowing.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        let (rest, overflow) = left.microseconds.subtractingReportingOverflow(right.microseconds)
        return .microseconds(overflow ? (left < right ? .min : .max) : rest)
    }
}

extension Timestamp: Codable, CustomStringConvertible {
    /// Reads the RFC 3339 form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let moment = try Timestamp(rfc3339: container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 timestamp")
        }
        self = moment
    }

    /// Writes the RFC 3339 form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }

    /// The RFC 3339 form.
    public var description: String { rfc3339 }
}

extension Duration {
    /// Whole microseconds, rounded toward zero; saturates.
    public var microseconds: Int64 {
        let (whole, rest) = components
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
        if overflow { return whole < 0 ? .min : .max }
        let (sum, tooFar) = product.addingReportingOverflow(rest / 1_000_000_000_000)
        return tooFar ? (whole < 0 ? .min : .max) : sum
    }

    /// Whole milliseconds, rounded toward zero.
    public var milliseconds: Int64 { microseconds / 1_000 }
}

extension Int64 {
    /// Division that rounds down, so that times before 1970 fall into the right second and day.
    func flooredQuotient(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
