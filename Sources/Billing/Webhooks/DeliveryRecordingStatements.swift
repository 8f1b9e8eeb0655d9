public import Daemon
public import Jobs
public import Postgres

/// Everything one try needs.
public struct DeliveryOrder: Sendable {
    /// A signing secret as it is kept.
    public struct Sealed: Sendable {
        /// Which one; part of what the seal is bound to.
        public var id: SealedSecret.ID
        /// Part of what the seal is bound to.
        public var version: Int32
        /// The ciphertext.
        public var envelope: [UInt8]
    }

    /// Where to.
    public var endpoint: PortalEndpoint.ID
    /// Its address.
    public var url: String
    /// Whether it is to be told at all.
    public var isEnabled: Bool
    /// Whether this delivery is over already.
    public var isOver: Bool
    /// Tries so far.
    public var attempts: Int
    /// What the body says.
    public var content: PortalEventRecord
    /// Newest first; two while a rotation overlaps.
    public var secrets: [Sealed]
    /// Now, by the database's clock.
    public var now: Timestamp
}

/// Finds what one try needs.
public struct FindDeliveryOrder: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT w.id, w.url, w.status = 'enabled', d.status NOT IN ('pending', 'retrying'), d.attempts::bigint,
               e.id, e.type, e.subject, e.seq, e.data, e.created_at, t.public_id, t.livemode,
               s.id, s.version, s.envelope, p.id, p.version, p.envelope, now()
          FROM app.webhook_delivery d
          JOIN app.webhook_endpoint w ON w.tenant_id = d.tenant_id AND w.id = d.endpoint_id
          JOIN app.portal_event e ON e.tenant_id = d.tenant_id AND e.id = d.event_id
          JOIN app.tenant t ON t.tenant_id = d.tenant_id
          JOIN app.sealed_secret s ON s.tenant_id = w.tenant_id AND s.id = w.secret_id
          LEFT JOIN app.sealed_secret p ON p.tenant_id = w.tenant_id AND p.id = w.previous_secret_id
            AND w.previous_until > now()
         WHERE d.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the delivery.
    public init(_ id: WebhookDelivery.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DeliveryOrder {
        var secrets = [
            DeliveryOrder.Sealed(id: try row.id(13), version: try row.int32(14), envelope: try row.bytes(15))
        ]
        if !row.isNull(16) {
            secrets.append(.init(id: try row.id(16), version: try row.int32(17), envelope: try row.bytes(18)))
        }
        return DeliveryOrder(
            endpoint: try row.id(0), url: try row.string(1), isEnabled: try row.bool(2), isOver: try row.bool(3),
            attempts: Int(try row.int(4)),
            content: PortalEventRecord(
                id: try row.id(5), type: try row.string(6), subject: try row.string(7), seq: try row.int(8),
                body: try row.json(9), createdAt: try row.timestamp(10), tenant: try row.id(11),
                livemode: try row.bool(12)),
            secrets: secrets, now: try row.timestamp(19))
    }
}

/// Keeps one try.
public struct InsertWebhookAttempt: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// One row more.
    public static let sql: StaticString = """
        INSERT INTO app.webhook_attempt (delivery_id, number, status, error, duration_ms) VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `status` is the answer's; without one `error` says why.
    public init(_ id: WebhookDelivery.ID, number: Int, status: Int?, error: String?, took: Duration) {
        let (seconds, attoseconds) = took.components
        parameters = [
            .uuid(id.rawValue), .int(Int64(number)), .optional(status.map(Int64.init)), .optional(error),
            .int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000),
        ]
    }
}

/// What became of a delivery with its newest try.
public struct MarkDelivery: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change.
    public static let sql: StaticString = """
        UPDATE app.webhook_delivery
           SET status = $2, attempts = $3, last_status = $4, last_error = $5, next_attempt_at = $6,
               ended_at = CASE WHEN $2 IN ('pending', 'retrying') THEN NULL ELSE now() END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `next` is set while it goes on.
    public init(
        _ id: WebhookDelivery.ID, _ status: WebhookDelivery.Status, attempts: Int, answered: Int? = nil,
        error: String? = nil, next: Timestamp? = nil
    ) {
        parameters = [
            .uuid(id.rawValue), .text(status.rawValue), .int(Int64(attempts)), .optional(answered.map(Int64.init)),
            .optional(error), .optional(next),
        ]
    }
}

/// The endpoint took something.
public struct MarkEndpointDelivered: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change; at most once a second, since every delivery of an endpoint would write the same row.
    public static let sql: StaticString = """
        UPDATE app.webhook_endpoint SET last_delivered_at = now()
         WHERE id = $1 AND (last_delivered_at IS NULL OR last_delivered_at < now() - interval '1 second')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalEndpoint.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Turns an endpoint off: `gone` at once, `failing` only when it has taken nothing since the delivery that was given up
/// began. A row when that was done now.
public struct MarkEndpointDisabled: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change.
    public static let sql: StaticString = """
        UPDATE app.webhook_endpoint w SET status = 'disabled', disabled_reason = $3, updated_at = now()
          FROM app.webhook_delivery d
         WHERE d.tenant_id = w.tenant_id AND d.id = $2 AND w.id = $1 AND w.status = 'enabled'
           AND ($3 = 'gone' OR w.last_delivered_at IS NULL OR w.last_delivered_at < d.created_at)
        RETURNING w.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Because of one delivery.
    public init(_ id: PortalEndpoint.ID, by delivery: WebhookDelivery.ID, because reason: String) {
        parameters = [.uuid(id.rawValue), .uuid(delivery.rawValue), .text(reason)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalEndpoint.ID { try row.id(0) }
}
