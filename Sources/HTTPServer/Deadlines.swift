internal import Glibc
internal import Synchronization

/// The open connections and the cutting of those that take too long.
///
/// A connection is cut by `shutdown(2)`, which MHD then sees as the peer hanging up; only MHD closes descriptors. The
/// record is taken out under the lock before MHD closes its descriptor, so a number used again is never cut by mistake.
final class Deadlines: Sendable {
    private let records = Mutex<[ObjectIdentifier: ConnectionRecord]>([:])
    private let metrics: ServerMetrics

    init(metrics: ServerMetrics) {
        self.metrics = metrics
    }

    func insert(_ record: ConnectionRecord) {
        records.withLock { $0[ObjectIdentifier(record)] = record }
    }

    func remove(_ record: ConnectionRecord) {
        records.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(record)) }
    }

    var openConnections: Int {
        records.withLock { $0.count }
    }

    /// Cuts every connection whose phase has lasted too long.
    func reap() {
        let now = MonotonicTime.now()
        records.withLock { records in
            for record in records.values {
                guard let phase = record.overdue(at: now) else { continue }
                shutdown(record.socket, Int32(SHUT_RDWR))
                metrics.cut(phase)
            }
        }
    }

    /// Answers every running request in its handler's place.
    func abandonRunning() {
        let running = records.withLock { $0.values.compactMap { record in record.running.withLock { $0 } } }
        for exchange in running { exchange.abandon() }
    }
}
