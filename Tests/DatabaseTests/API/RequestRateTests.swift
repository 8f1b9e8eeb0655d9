import Crypto
import Daemon
import TestSupport
import Testing

@testable import API

/// How many requests a key may send.
@Suite(.freshDatabase) struct RequestRateTests {
    @Test func `every answer says what is left; beyond it 429 until the minute is over; others are not slowed`()
        async throws
    {
        let portal = try Portal(rates: RequestRates(limit: 3))
        let (mine, theirs) = (try await portal.makeTenant(), try await portal.makeTenant())
        var left: [String] = []
        var last: Answer?
        // A minute may end between two of them: then the count begins anew, and the fourth is the first to tell.
        for _ in 0..<8 where last?.status != 429 {
            let answer = await mine.get("/v1/clients")
            #expect(answer.headers["RateLimit-Limit"] == "3")
            left.append(answer.headers["RateLimit-Remaining"] ?? "-")
            last = answer
        }
        let refused = try #require(last)
        #expect(refused.status == 429 && refused.code == "rate_limited", "\(refused.text)")
        #expect(left.suffix(4) == ["2", "1", "0", "0"])
        let reset = try #require(refused.headers["RateLimit-Reset"].flatMap { Int($0) })
        #expect((1...60).contains(reset) && refused.headers["Retry-After"] == String(reset))
        #expect(await theirs.get("/v1/clients").status == 200)
    }

    @Test func `invented keys cost no memory and shut no true key out`() throws {
        let rates = RequestRates(limit: 20, keysMax: 100)
        let now = Timestamp(seconds: 1_800_000_000)
        for _ in 0..<5_000 { _ = rates.count(try RandomBytes.make(32), at: now) }
        let mine = try RandomBytes.make(32)
        let first = rates.count(mine, at: now)
        #expect(!first.isOver && first.remaining > 0)
        for _ in 0..<20 { _ = rates.count(mine, at: now) }
        #expect(rates.count(mine, at: now).isOver, "it is still counted")
    }
}
