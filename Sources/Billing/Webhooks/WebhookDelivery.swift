public import Daemon
internal import Postgres

/// One event on its way to one endpoint.
public struct WebhookDelivery: Sendable {
    /// How far it is.
    public enum Status: String, CaseIterable, Sendable { case pending, retrying, delivered, exhausted, canceled }

    /// Which one.
    public var id: WebhookDelivery.ID
    /// Where to.
    public var endpoint: PortalEndpoint.ID
    /// What.
    public var event: PortalEvent.ID
    /// Its type.
    public var eventType: String
    /// `event`, `redelivery`, `test`.
    public var cause: String
    /// How far it is.
    public var status: Status
    /// Tries so far.
    public var attempts: Int64
    /// When the next one is.
    public var nextAttemptAt: Timestamp?
    /// What the endpoint answered last.
    public var lastStatus: Int64?
    /// Why the last try failed, when nobody answered.
    public var lastError: String?
    /// Since when.
    public var createdAt: Timestamp
    /// When it was delivered or given up.
    public var endedAt: Timestamp?
    /// Every try, as JSON: number, status, error, duration_ms, at.
    public var tries: String

    init(_ row: borrowing ResultRow) throws(PostgresError) {
        id = try row.id(0)
        endpoint = try row.id(1)
        event = try row.id(2)
        eventType = try row.string(3)
        cause = try row.string(4)
        status = try row.word(5)
        attempts = try row.int(6)
        nextAttemptAt = try row.optionalTimestamp(7)
        lastStatus = try row.optionalInt(8)
        lastError = try row.optionalString(9)
        createdAt = try row.timestamp(10)
        endedAt = try row.optionalTimestamp(11)
        tries = try row.json(12)
    }
}
