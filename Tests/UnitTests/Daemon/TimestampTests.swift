import Daemon
import FoundationEssentials
import Testing

struct TimestampTests {
    @Test(arguments: [
        "", "2026-11-21", "2026-11-21T08:30:00", "2026-11-21 08:30:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
        "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+0100", "2026-01-01T00:00:00Zx", "0000-01-01T00:00:00Z",
        "26-01-01T00:00:00Z", "2026-1-1T00:00:00Z", "-026-01-01T00:00:00Z", "２０26-01-01T00:00:00Z",
        "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "2026-01-01T00:00:00.\(String(repeating: "1", count: 40))Z",
    ])
    func `a text that is no RFC 3339 moment is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1), ("2000-02-29T12:00:00Z", 951_825_600_000_000),
        ("2026-11-21T08:30:00.250000Z", 1_795_249_800_250_000), ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
    ])
    func `a moment and its text are the same both ways`(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
        #expect(Timestamp(microseconds: microseconds).rfc3339 == text)
    }

    @Test(arguments: [
        ("2026-11-21T08:30:00+01:30", "2026-11-21T07:00:00Z"), ("2026-11-21T08:30:00-01:30", "2026-11-21T10:00:00Z"),
        ("2026-11-21t08:30:00z", "2026-11-21T08:30:00Z"), ("2026-11-21T08:30:00.5Z", "2026-11-21T08:30:00.500000Z"),
        ("2026-11-21T08:30:00.1234567Z", "2026-11-21T08:30:00.123456Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ])
    func `other spellings are read as the same moment`(text: String, canonical: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == canonical)
    }

    @Test func `every day of four centuries survives the round trip`() {
        for day in stride(from: Int64(-25_567), to: 120_530, by: 1) {
            let moment = Timestamp(seconds: day * 86_400 + 3_661)
            // Not #expect: a hundred thousand of them would hold a core for a second.
            if Timestamp(rfc3339: moment.rfc3339) != moment { Issue.record("day \(day)") }
        }
    }

    @Test func `arithmetic saturates instead of trapping`() {
        #expect(Timestamp(microseconds: .max) + .seconds(1) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .min) - .seconds(1) == Timestamp(microseconds: .min))
        #expect(Timestamp(seconds: .max) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .max) - Timestamp(microseconds: .min) == .microseconds(Int64.max))
        #expect(Timestamp(microseconds: 0) + .seconds(Int64.max) == Timestamp(microseconds: .max))
        #expect(Timestamp(microseconds: .max).rfc3339 == "9999-12-31T23:59:59.999999Z")
        #expect(Timestamp(seconds: 10) - Timestamp(seconds: 7) == .seconds(3))
        #expect(Timestamp(microseconds: -1).seconds == -1)
    }

    @Test func `a moment is coded as its text`() throws {
        let moment = Timestamp(microseconds: 1_795_249_800_250_000)
        let data = try JSONEncoder().encode([moment])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-11-21T08:30:00.250000Z"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [moment])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["soon"]"#.utf8))
        }
    }
}
