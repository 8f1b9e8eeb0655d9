public import Daemon
public import Jobs
public import Postgres

/// A received event as a worker applies it.
public struct PendingEvent: Equatable, Sendable {
    /// Such as `invoice.paid`.
    public var type: String
    /// Such as `invoice`.
    public var objectKind: String?
    /// The object's id.
    public var object: String?
    /// `cus_…`
    public var customer: String?
    /// By Stripe's clock.
    public var created: Timestamp
    /// Whether it was applied or set aside before.
    public var isOver: Bool
    /// By the database's clock: what was received before this moment about the same object is seen by a look after it.
    public var readAt: Timestamp
    /// The newest event received about the same object, itself included: what changes are put down to.
    public var newest: String
}

/// One received event, and the newest about the same object.
public struct FindEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT e.type, e.object_kind, e.object_id, e.customer, e.created, e.status <> 'received', now(),
               coalesce(n.event_id, e.event_id)
          FROM app.stripe_event e
          LEFT JOIN LATERAL (SELECT x.event_id FROM app.stripe_event x
                              WHERE x.tenant_id = e.tenant_id AND x.object_id = e.object_id AND x.status = 'received'
                              ORDER BY x.created DESC, x.received_at DESC LIMIT 1) n ON true
         WHERE e.event_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ event: String) {
        parameters = [.text(event)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PendingEvent {
        try PendingEvent(
            type: row.string(0), objectKind: row.optionalString(1), object: row.optionalString(2),
            customer: row.optionalString(3), created: row.timestamp(4), isOver: row.bool(5),
            readAt: row.timestamp(6), newest: row.string(7))
    }
}

/// The event was applied, or is none of ours; and with it every one about the same object that was there before the
/// look at Stripe began. One look is enough for all of them.
public struct MarkEventOver: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.stripe_event SET status = $2, applied_at = now()
         WHERE event_id = $1 OR (object_id = $3 AND status = 'received' AND received_at < $4)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: String, _ event: PendingEvent, isApplied: Bool) {
        parameters = [
            .text(id), .text(isApplied ? "applied" : "ignored"), .optional(event.object), .timestamp(event.readAt),
        ]
    }
}

/// A report was read: nothing waits for it any more.
public struct MarkReportOver: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.stripe_event SET status = 'applied', applied_at = now() WHERE event_id = $1 AND status = 'received'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By Stripe's id of the event.
    public init(_ event: String) { parameters = [.text(event)] }
}

/// Keeps an event that the list of events brought; gives nothing when a webhook had brought it (F2).
public struct InsertSweptEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.stripe_event (event_id, type, object_kind, object_id, customer, api_version, source, created)
        VALUES ($1, $2, $3, $4, $5, $6, 'sweep', $7)
        ON CONFLICT (tenant_id, event_id) DO NOTHING RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ event: ReceivedEvent) {
        parameters = [
            .text(event.id), .text(event.type), .optional(event.objectKind), .optional(event.object),
            .optional(event.customer), .optional(event.apiVersion), .timestamp(event.created),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool {
        try row.bool(0)
    }
}
