public import Daemon

/// A portal event as it is kept.
public struct PortalEventRecord: Sendable {
    /// Which one; the `webhook-id` of its deliveries.
    public var id: PortalEvent.ID
    /// `access.blocked`, …
    public var type: String
    /// The public id of what it is about.
    public var subject: String
    /// Orders the events of one subject; gaps mean nothing.
    public var seq: Int64
    /// JSON.
    public var body: String
    /// When it became true.
    public var createdAt: Timestamp
    /// Whose.
    public var tenant: Tenant.ID
    /// Live or test.
    public var livemode: Bool
}
