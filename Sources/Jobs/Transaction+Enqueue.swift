public import Daemon
public import FoundationEssentials
public import Postgres

extension Transaction where Scope == TenantScope {
    /// Accepts a job as a command, in this transaction: it exists exactly if the rows it belongs to do. Kick the
    /// receipt after the commit.
    ///
    /// - Parameters:
    ///   - dedupeKey: a second command with the same key is the first one (`isNew` false).
    ///   - runAt: not before this moment.
    ///   - waited: somebody listens on `command_done` for its end (NOTIFY serialises commits: only where needed).
    ///   - target: the tenant's row this is about.
    ///   - traceParent: W3C trace context.
    @discardableResult public func enqueue<J: Job>(
        _ job: J, dedupeKey: String? = nil, runAt: Timestamp? = nil, waited: Bool = false,
        target: (kind: String, id: UUID)? = nil, traceParent: String? = nil, publicID: UUID? = nil
    ) throws -> CommandReceipt {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let payload = String(decoding: try encoder.encode(job), as: UTF8.self)
        return try one(
            EnqueueCommand(
                queue: J.queue, kind: J.kind, payload: payload, publicID: publicID ?? .v7(at: WallClock.system.now()),
                orderingKey: job.orderingKey, dedupeKey: dedupeKey, urgency: J.urgency, runAt: runAt,
                failuresMax: J.failuresMax, onDead: J.onDead, traceParent: traceParent, waited: waited, target: target))
    }
}
