internal import Daemon
public import Postgres
internal import Synchronization

/// Tells workers after a commit which tenants have new work: one statement per queue at most every 20 ms, whatever the
/// number of commands, because every committing NOTIFY takes a lock on the whole database.
///
/// A kick that gets lost (the process dies, the database is away) costs up to five seconds of waiting, never a job.
public final class Kicker: Sendable {
    private let database: Database
    private let pause: Duration
    private let pending = Mutex<[QueueName: Set<Int64>]>([:])
    private let bell = WakeUp()

    /// Kicks through `database`. Somebody must `run()` it.
    public init(_ database: Database, pause: Duration = .milliseconds(20)) {
        self.database = database
        self.pause = pause
    }

    /// Call after the commit of what `enqueue` accepted. Returns at once.
    public func kick(_ receipt: CommandReceipt) { kick(receipt.queue, receipt.tenant) }

    /// Call after a commit that gave a tenant work in a queue. Returns at once.
    public func kick(_ queue: QueueName, _ tenant: Int64) {
        pending.withLock { _ = $0[queue, default: []].insert(tenant) }
        bell.ring()
    }

    /// Sends kicks until its task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await bell.sleep()
            let kicks = pending.withLock { pending in
                defer { pending = [:] }
                return pending
            }
            for (queue, tenants) in kicks { await send(queue, Array(tenants)) }
            if !kicks.isEmpty { try? await Task.sleep(for: pause) }
        }
    }

    private func send(_ queue: QueueName, _ tenants: [Int64]) async {
        do {
            try await database.transaction(in: QueueScope.self) { tx in
                // A notification carries 200 tenants at most.
                for start in stride(from: 0, to: tenants.count, by: 200) {
                    tx.send(KickLanes(queue: queue, tenants: Array(tenants[start..<min(start + 200, tenants.count)])))
                }
            }
        } catch {
            observe(KickLost(queue: queue, error: "\(error)"))
        }
    }
}

/// Workers were not told of new work; their sweep finds it.
private struct KickLost: Observation {
    let queue: QueueName
    let error: String
    var event: String { "kick.lost" }
    var level: LogLevel { .notice }
    var fields: [ObservationField] { [.text("queue", queue.rawValue), .text("error", error)] }
}
