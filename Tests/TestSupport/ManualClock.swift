public import Daemon
import Synchronization

/// A clock that stands until a test moves it.
public final class ManualClock: Sendable {
    private let moment: Mutex<Timestamp>

    /// A clock standing at 2026-01-01 00:00 UTC, or where it is told to.
    public init(at moment: Timestamp = Timestamp(seconds: 1_767_225_600)) { self.moment = Mutex(moment) }

    /// Where it stands.
    public var now: Timestamp { moment.withLock { $0 } }

    /// As the code under test wants it.
    public var wallClock: WallClock { WallClock { self.now } }

    /// Moves on.
    public func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }

    /// Jumps.
    public func set(to moment: Timestamp) { self.moment.withLock { $0 = moment } }
}
