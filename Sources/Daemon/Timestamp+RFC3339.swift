/// The RFC 3339 form of a timestamp, by the civil-calendar arithmetic of Howard Hinnant
/// (https://howardhinnant.github.io/date_algorithms.html): no locale, no time zone database.
extension Timestamp {
    /// `2026-11-21T08:30:00Z`, with six digits of a second only when there are any. Years outside 0001–9999 are
    /// clamped.
    public var rfc3339: String {
        let clamped = min(max(microseconds, Self.earliest), Self.latest)
        let second = clamped.flooredQuotient(by: 1_000_000)
        let fraction = clamped - second * 1_000_000
        let day = second.flooredQuotient(by: 86_400)
        let clock = second - day * 86_400
        let (year, month, date) = Self.civil(fromDay: day)
        var text: [UInt8] = []
        text.reserveCapacity(27)
        text.append(digits: year, width: 4)
        text.append(UInt8(ascii: "-"))
        text.append(digits: month, width: 2)
        text.append(UInt8(ascii: "-"))
        text.append(digits: date, width: 2)
        text.append(UInt8(ascii: "T"))
        text.append(digits: clock / 3_600, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: clock / 60 % 60, width: 2)
        text.append(UInt8(ascii: ":"))
        text.append(digits: clock % 60, width: 2)
        if fraction != 0 {
            text.append(UInt8(ascii: "."))
            text.append(digits: fraction, width: 6)
        }
        text.append(UInt8(ascii: "Z"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads `YYYY-MM-DDThh:mm:ss[.fraction](Z|±hh:mm)`; nil for anything else, for days that do not exist and for
    /// years outside 0001–9999. Digits beyond microseconds are dropped; a leap second is read as the next second.
    public init?(rfc3339 text: String) {
        var reader = DigitReader(bytes: Array(text.utf8))
        guard reader.bytes.count <= 40,
            let year = reader.number(4), year >= 1, reader.skip("-"), let month = reader.number(2),
            reader.skip("-"), let date = reader.number(2), reader.skip("T") || reader.skip("t"),
            let hour = reader.number(2), reader.skip(":"), let minute = reader.number(2),
            reader.skip(":"), let second = reader.number(2), hour <= 23, minute <= 59, second <= 60,
            (1...12).contains(month), (1...Self.days(inMonth: month, of: year)).contains(date),
            let fraction = reader.fraction(), let offset = reader.offsetSeconds(), reader.isAtEnd
        else { return nil }
        let day = Self.day(year: year, month: month, date: date)
        let seconds = day * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
        guard (Self.earliest...Self.latest).contains(microseconds) else { return nil }
    }

    private static let earliest: Int64 = -62_135_596_800_000_000
    private static let latest: Int64 = 253_402_300_799_999_999

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, date: Int64) {
        let shifted = day + 719_468
        let era = shifted.flooredQuotient(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func day(year: Int64, month: Int64, date: Int64) -> Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear.flooredQuotient(by: 400)
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + date - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func days(inMonth month: Int64, of year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

/// Takes fixed-width decimal fields from ASCII text, for the one format above.
private struct DigitReader {
    let bytes: [UInt8]
    var position = 0
    var isAtEnd: Bool { position == bytes.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(_ width: Int) -> Int64? {
        guard bytes.count - position >= width else { return nil }
        var value: Int64 = 0
        for _ in 0..<width {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Microseconds after the decimal point: 0 when there is none, nil when a point has no digits.
    mutating func fraction() -> Int64? {
        guard skip(".") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let digit = digit() {
            if count < 6 { value = value * 10 + digit }
            count += 1
        }
        guard count > 0 else { return nil }
        for _ in min(count, 6)..<6 { value *= 10 }
        return value
    }

    mutating func offsetSeconds() -> Int64? {
        if skip("Z") || skip("z") { return 0 }
        let sign: Int64
        if skip("+") { sign = 1 } else if skip("-") { sign = -1 } else { return nil }
        guard let hour = number(2), skip(":"), let minute = number(2), hour <= 23, minute <= 59 else { return nil }
        return sign * (hour * 3_600 + minute * 60)
    }

    private mutating func digit() -> Int64? {
        guard position < bytes.count else { return nil }
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) else { return nil }
        defer { position += 1 }
        return Int64(bytes[position] - UInt8(ascii: "0"))
    }
}

extension [UInt8] {
    fileprivate mutating func append(digits value: Int64, width: Int) {
        var divisor: Int64 = 1
        for _ in 1..<width { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
