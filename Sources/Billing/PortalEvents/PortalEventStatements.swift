public import Daemon
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
    public init(_ event: PortalEvent, at now: Timestamp) { self.init(PortalEvent.ID.new(at: now), event) }

    /// Under an id chosen before.
    public init(_ id: PortalEvent.ID, _ event: PortalEvent) {
        parameters = [.uuid(id.rawValue), .text(event.type), .text(event.subject), .json(event.body)]
    }
}

extension Transaction where Scope == TenantScope {
    /// Tells the portal, once this transaction is committed.
    public func announce(_ event: PortalEvent, at now: Timestamp) { send(InsertPortalEvent(event, at: now)) }
}

/// What the portal was told, newest first.
public struct ListPortalEvents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT e.id, e.type, e.subject, e.seq, e.data, e.created_at, t.public_id, t.livemode
          FROM app.portal_event e JOIN app.tenant t ON t.tenant_id = e.tenant_id
         WHERE e.id IN (
           (SELECT x.id FROM app.portal_event x WHERE NOT $3 AND x.id < $1 AND ($5::text IS NULL OR x.type = $5)
               AND ($6::text IS NULL OR x.subject = $6) ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.portal_event x WHERE $3 AND x.id > $2 AND ($5::text IS NULL OR x.type = $5)
               AND ($6::text IS NULL OR x.subject = $6) ORDER BY x.id LIMIT $4))
         ORDER BY e.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// One page, perhaps of one type or one subject.
    public init(_ page: Page, type: String?, subject: String?) {
        parameters = page.parameters + [.optional(type), .optional(subject)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalEventRecord {
        try PortalEventRecord(row)
    }
}

/// One event.
public struct FindPortalEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT e.id, e.type, e.subject, e.seq, e.data, e.created_at, t.public_id, t.livemode
          FROM app.portal_event e JOIN app.tenant t ON t.tenant_id = e.tenant_id WHERE e.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalEvent.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalEventRecord {
        try PortalEventRecord(row)
    }
}

extension PortalEventRecord {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), type: try row.string(1), subject: try row.string(2), seq: try row.int(3),
            body: try row.json(4), createdAt: try row.timestamp(5), tenant: try row.id(6), livemode: try row.bool(7))
    }
}
