internal import Synchronization

/// What we know about one open socket: until when its present phase may last. MHD's thread writes, the reaper reads.
final class ConnectionRecord: Sendable {
    enum Phase: UInt8 {
        case headers, body, handling, writing, idle
    }

    let socket: Int32
    let remoteAddress: String
    private let deadline: Atomic<Int64>
    private let phase = Atomic<UInt8>(Phase.headers.rawValue)
    /// The exchange whose handler is running, so that a forced stop can answer for it.
    let running = Mutex<Exchange?>(nil)

    init(socket: Int32, remoteAddress: String, deadline: Int64) {
        self.socket = socket
        self.remoteAddress = remoteAddress
        self.deadline = Atomic(deadline)
    }

    func enter(_ phase: Phase, until deadline: Int64) {
        self.phase.store(phase.rawValue, ordering: .relaxed)
        self.deadline.store(deadline, ordering: .relaxed)
    }

    /// The phase that has lasted too long, once: the deadline is cleared, so a second look finds nothing.
    func overdue(at now: Int64) -> Phase? {
        guard deadline.load(ordering: .relaxed) < now else { return nil }
        deadline.store(MonotonicTime.never, ordering: .relaxed)
        return Phase(rawValue: phase.load(ordering: .relaxed))
    }
}
