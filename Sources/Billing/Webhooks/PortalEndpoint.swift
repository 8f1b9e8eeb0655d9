public import Daemon
internal import Postgres

/// Where a portal listens for what it is told.
public struct PortalEndpoint: Sendable {
    /// Whether it is told anything.
    public enum Status: String, CaseIterable, Sendable { case enabled, disabled, deleted }

    /// Which one.
    public var id: PortalEndpoint.ID
    /// Where events are sent.
    public var url: String
    /// The caller's words.
    public var description: String?
    /// Types it wants: `*`, `access.*`, `access.blocked`.
    public var eventTypes: [String]
    /// Whether it is told anything.
    public var status: Status
    /// Why not: `gone`, `failing`, `by_hand`.
    public var disabledReason: String?
    /// Until when the secret before signs too.
    public var previousUntil: Timestamp?
    /// The last time it took something.
    public var lastDeliveredAt: Timestamp?
    /// The caller's notes, as JSON.
    public var metadata: String
    /// Since when.
    public var createdAt: Timestamp

    init(_ row: borrowing ResultRow) throws(PostgresError) {
        id = try row.id(0)
        url = try row.string(1)
        description = try row.optionalString(2)
        eventTypes = try row.strings(3)
        status = try row.word(4)
        disabledReason = try row.optionalString(5)
        previousUntil = try row.optionalTimestamp(6)
        lastDeliveredAt = try row.optionalTimestamp(7)
        metadata = try row.json(8)
        createdAt = try row.timestamp(9)
    }
}
