internal import Synchronization

/// Numbers the identifiers made in one millisecond (RFC 9562, section 6.2, method 1).
public final class V7Counter: Sendable {
    /// The one of this process: what it makes in a row sorts in a row.
    public static let ofProcess = V7Counter()

    private static let mostBorrowed: UInt64 = 10
    private let latest = Mutex<UInt64>(0)

    /// A counter of its own, for tests.
    public init() {}

    /// Milliseconds, and in the last 12 bits a number above that of the identifier before. Each millisecond starts at
    /// a random number in the lower half; one that is used up borrows from the next ones, as the RFC allows, and a
    /// caller whose clock was read a moment ago goes on where others are.
    func next(milliseconds: UInt64) -> UInt64 {
        latest.withLock { latest in
            let goesOn = (milliseconds...milliseconds + Self.mostBorrowed).contains(latest >> 12)
            latest = goesOn ? latest + 1 : milliseconds << 12 | UInt64.random(in: 0...0x07FF)
            return latest
        }
    }
}
