import Dispatch
import FoundationEssentials
import Synchronization
import Testing

@testable import Daemon

struct ObservationLogTests {
    private struct Seen: Observation {
        var event = "test.seen"
        var level = LogLevel.info
        var fields: [ObservationField] = []
    }

    private final class Collector: Sendable {
        let bytes = Mutex<[UInt8]>([])
        var lines: [String] {
            String(decoding: bytes.withLock { $0 }, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        func take(_ more: [UInt8]) { bytes.withLock { $0 += more } }
    }

    private let clock = WallClock { Timestamp(seconds: 1_795_249_800) }

    @Test func `an observation is one line of JSON with its values`() throws {
        let seen = Seen(fields: [
            .text("text", "a \"quote\"\n\u{0}\u{2028}é"), .int("count", 3), .bool("ok", true),
            .milliseconds("took_ms", .microseconds(1_500)), .timestamp("at", Timestamp(seconds: 0)),
        ])
        let line = ObservationLine.encode(seen, program: "tollgate-api", at: clock.now())
        #expect(
            String(decoding: line, as: UTF8.self)
                == #"{"time":"2026-11-21T08:30:00Z","level":"info","program":"tollgate-api","event":"test.seen","#
                + #""text":"a \"quote\"\n\u0000\u2028é","count":3,"ok":true,"took_ms":1.500,"#
                + #""at":"1970-01-01T00:00:00Z"}"#
                + "\n")
    }

    @Test func `unimportant observations are left out`() {
        let collector = Collector()
        let log = ObservationLog(clock: clock) { collector.take($0) }
        log.configure(program: "p", minimum: .notice)
        log.write(Seen(level: .info))
        log.write(Seen(event: "test.kept", level: .warning))
        log.flush(within: .seconds(5))
        #expect(collector.lines.count == 1)
        #expect(collector.lines.first?.contains("test.kept") == true)
    }

    @Test func `a stuck reader never blocks the work, and the lines lost are counted and told`() {
        let collector = Collector()
        let gate = DispatchSemaphore(value: 0)
        let entered = DispatchSemaphore(value: 0)
        let log = ObservationLog(bytesMax: 2_000, clock: clock) { bytes in
            entered.signal()
            gate.wait()
            collector.take(bytes)
        }
        log.write(Seen())
        entered.wait()
        for _ in 0..<100 { log.write(Seen()) }
        #expect(log.droppedCount > 50)
        for _ in 0..<10 { gate.signal() }
        log.flush(within: .seconds(5))
        let kept = collector.lines.filter { $0.contains("test.seen") }.count
        #expect(Int64(kept) + log.droppedCount == 101)
        #expect(
            collector.lines.contains { $0.contains(#""event":"observations.dropped","count":\#(log.droppedCount)}"#) })
    }

    @Test(arguments: [
        ("key sk_live_51AbC_d, then", "key sk_live_•••, then"), ("rk_test_x", "rk_test_•••"),
        ("whsec_abc+/=", "whsec_•••"),
        ("tg_live_00 tg_test_11", "tg_live_••• tg_test_•••"), ("tgkey1:7:stripe-api:00ff", "tgkey1:•••"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer •••"),
        ("postgres://joe:s3cret@db/x", "postgres://joe:•••@db/x"),
        ("host=x password=s3cret user=y", "host=x password=••• user=y"),
    ])
    func `the redactor takes out what looks like a credential`(text: String, clean: String) {
        #expect(Redactor.redact(text) == clean)
        let line = ObservationLine.encode(Seen(fields: [.text("text", text)]), program: "p", at: clock.now())
        #expect(String(decoding: line, as: UTF8.self).contains(clean))
    }

    @Test(arguments: ["tg_tenant", "https://example.com:8080/a@b", "task_live", "sk_live_ alone", ""])
    func `the redactor leaves other texts alone`(text: String) {
        #expect(Redactor.redact(text) == text)
    }
}
