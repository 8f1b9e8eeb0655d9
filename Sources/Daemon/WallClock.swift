internal import Glibc

/// The time of day as a value, so that tests can set it.
public struct WallClock: Sendable {
    /// Tells the present moment.
    public var now: @Sendable () -> Timestamp

    /// A clock that answers what the closure says.
    public init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
    }

    /// The machine's clock.
    public static let system = WallClock {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    }
}
