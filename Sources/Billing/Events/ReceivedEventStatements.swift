public import Daemon
public import Jobs
public import Postgres

/// What a received event says of itself; the truth is fetched from Stripe later.
public struct ReceivedEvent: Equatable, Sendable {
    /// Stripe's id, `evt_…`.
    public var id: String
    /// `invoice.paid`, …
    public var type: String
    /// `invoice`, …
    public var objectKind: String?
    /// `in_…`
    public var object: String?
    /// `cus_…`
    public var customer: String?
    /// The version it was rendered with.
    public var apiVersion: String?
    /// By Stripe's clock.
    public var created: Timestamp

    /// States the facts.
    public init(
        id: String, type: String, objectKind: String?, object: String?, customer: String?, apiVersion: String?,
        created: Timestamp
    ) {
        self.id = id
        self.type = type
        self.objectKind = objectKind
        self.object = object
        self.customer = customer
        self.apiVersion = apiVersion
        self.created = created
    }
}

/// Keeps an event that a webhook brought; gives nothing when it is known already (F2).
public struct InsertReceivedEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.stripe_event (event_id, type, object_kind, object_id, customer, api_version, source, created)
        VALUES ($1, $2, $3, $4, $5, $6, 'webhook', $7)
        ON CONFLICT (tenant_id, event_id) DO NOTHING RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the facts.
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
