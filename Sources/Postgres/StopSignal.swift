import Glibc
import Synchronization

/// Ends a blocking wait from outside: a descriptor that becomes readable once and stays so.
final class StopSignal: Sendable {
    /// The end to poll; -1 (never readable) when the process has no descriptor left.
    let descriptor: Int32
    private let writeEnd: Int32
    private let stopped = Atomic(false)

    init() {
        var ends: [Int32] = [-1, -1]
        _ = unsafe pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (descriptor, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        close(descriptor)
        close(writeEnd)
    }

    var isStopped: Bool { stopped.load(ordering: .acquiring) }

    func stop() {
        stopped.store(true, ordering: .releasing)
        _ = unsafe write(writeEnd, "s", 1)
    }
}
