/// Moments as v2 writes them: RFC 3339 in UTC with milliseconds.
enum InstantText {
    /// `2026-01-31T00:00:00.000Z` of seconds since 1970.
    static func of(_ seconds: Int64) -> String {
        let date = CivilDate(seconds: seconds)
        let time = [date.second / 3_600, date.second / 60 % 60, date.second % 60].map { padded($0, 2) }
        return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))T"
            + time.joined(separator: ":") + ".000Z"
    }

    /// Seconds since 1970 of a moment in UTC or with an offset; nil for anything else.
    static func seconds(_ text: String) -> Int64? {
        let halves = text.split(separator: "T", omittingEmptySubsequences: false)
        guard halves.count == 2 else { return nil }
        var clock = halves[1]
        var offset: Int64 = 0
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let shift = numbers(clock[clock.index(after: sign)...], ":"), shift.count == 2 else { return nil }
            offset = (shift[0] * 3_600 + shift[1] * 60) * (clock[sign] == "-" ? -1 : 1)
            clock = clock[..<sign]
        } else {
            return nil
        }
        let parts = clock.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.dropFirst().allSatisfy({ Int64($0) != nil }),
            let day = numbers(halves[0], "-"), let time = numbers(parts[0], ":"), day.count == 3, time.count == 3,
            (1...12).contains(day[1]), (1...31).contains(day[2]), time[0] < 24, time[1] < 60, time[2] < 61
        else { return nil }
        var date = CivilDate(seconds: 0)
        date.year = day[0]
        date.month = day[1]
        date.day = day[2]
        date.second = time[0] * 3_600 + time[1] * 60 + time[2]
        return date.seconds - offset
    }

    private static func numbers(_ text: Substring, _ separator: Character) -> [Int64]? {
        let parts = text.split(separator: separator, omittingEmptySubsequences: false)
        let numbers = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(part) : nil
        }
        return numbers.count == parts.count ? numbers : nil
    }

    private static func padded(_ number: Int64, _ length: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, length - digits.count)) + digits
    }
}
