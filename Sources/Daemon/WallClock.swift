internal import CLinux

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
        Timestamp(microseconds: linux_wall_clock_microseconds())
    }
}
