public import Daemon
public import FoundationEssentials
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

/// Keeps an event about a connected account and accepts its `ApplyEvent`, after the platform's signature was checked;
/// gives nothing when the event is known already. The account only says whose it is: an account's name is no secret,
/// so nobody enters a tenant by it. The database refuses an account nobody has with 28000.
public struct ReceiveConnectEvent: Statement {
    /// Where it may run.
    public typealias Scope = PlatformScope
    /// The query.
    public static let sql: StaticString = """
        SELECT command_id, public_id, created, tenant, queue_id
          FROM app.receive_connect_event($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `command` is the id its command will have; `livemode` is what the endpoint stands for.
    public init(_ event: ReceivedEvent, account: String, livemode: Bool, command: UUID) {
        parameters = [
            .text(account), .bool(livemode), .text(event.id), .text(event.type), .optional(event.objectKind),
            .optional(event.object), .optional(event.customer), .optional(event.apiVersion), .timestamp(event.created),
            .uuid(command),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CommandReceipt {
        try CommandReceipt(row)
    }
}
