public import Daemon
internal import FoundationEssentials
public import Jobs
public import Postgres

/// Keeps what the portal is to be told.
public struct InsertPortalEvent: Statement {
    /// A tenant's transaction.
    public typealias Scope = TenantScope
    /// One row more.
    public static let sql: StaticString = """
        INSERT INTO app.portal_event (id, type, subject, data) VALUES ($1, $2, $3, $4)
        """
    /// In the statement's order.
    public let parameters: [Parameter]

    /// Of an event that becomes true now.
    public init(_ event: PortalEvent, at now: Timestamp) {
        parameters = [.uuid(UUID.v7(at: now)), .text(event.type), .text(event.subject), .json(event.body)]
    }
}

extension Transaction where Scope == TenantScope {
    /// Tells the portal, once this transaction is committed.
    public func announce(_ event: PortalEvent, at now: Timestamp) { send(InsertPortalEvent(event, at: now)) }
}
