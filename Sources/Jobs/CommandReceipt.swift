public import FoundationEssentials
public import Postgres

/// An accepted command.
public struct CommandReceipt: Sendable, Equatable {
    /// Its row.
    public let id: Int64
    /// Its name outside.
    public let publicID: UUID
    /// Whether this call made it; false when its dedupe key had been used before.
    public let isNew: Bool
    /// Where it runs.
    public let queue: QueueName
    /// Whose it is; only good for `Kicker`.
    public let tenant: Int64
}

extension CommandReceipt {
    /// Reads a row of `jobq.enqueue`: command, public id, whether it is new, tenant, queue.
    public init(_ row: borrowing ResultRow) throws(PostgresError) {
        guard let queue = QueueName(id: Int16(truncatingIfNeeded: try row.int(4))) else {
            throw .unexpectedColumn(4, "a queue this program does not know")
        }
        self.init(
            id: try row.int(0), publicID: try row.uuid(1), isNew: try row.bool(2), queue: queue, tenant: try row.int(3))
    }
}
