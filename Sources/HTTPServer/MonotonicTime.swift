internal import Glibc

/// Nanoseconds of a clock that never goes back: what deadlines are made of.
enum MonotonicTime {
    static let never = Int64.max

    static func now() -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    static func after(_ duration: Duration) -> Int64 {
        now() + nanoseconds(duration)
    }

    static func nanoseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
