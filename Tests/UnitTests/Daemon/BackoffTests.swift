import Daemon
import Testing

struct BackoffTests {
    private struct Highest: RandomNumberGenerator {
        mutating func next() -> UInt64 { .max }
    }

    @Test func `the bound doubles up to the ceiling and starts over after a success`() {
        var backoff = Backoff(first: .milliseconds(100), ceiling: .seconds(1))
        #expect((1...6).map { backoff.longest(attempt: $0).milliseconds } == [100, 200, 400, 800, 1_000, 1_000])
        for _ in 0..<100 {
            let bound = backoff.longest(attempt: backoff.attempts + 1)
            let wait = backoff.next()
            #expect(wait >= .zero && wait <= bound)
        }
        #expect(backoff.attempts == 100)
        backoff.reset()
        #expect(backoff.attempts == 0)
        #expect(backoff.next() <= .milliseconds(100))
    }

    @Test func `the jitter reaches the bound, and two who failed together part`() {
        var generator = Highest()
        var backoff = Backoff(first: .seconds(1), ceiling: .seconds(60))
        #expect(backoff.next(using: &generator) > .milliseconds(999))
        let waits = (0..<20).map { _ in
            var backoff = Backoff(first: .seconds(1), ceiling: .seconds(60))
            return backoff.next()
        }
        #expect(Set(waits).count > 10)
    }

    @Test func `a thousand failures do not overflow`() {
        #expect(Backoff(first: .seconds(1), ceiling: .seconds(60)).longest(attempt: 1_000) == .seconds(60))
    }
}
