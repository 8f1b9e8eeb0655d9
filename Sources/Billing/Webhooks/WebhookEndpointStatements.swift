public import Daemon
public import Jobs
public import Postgres

/// The tenant's endpoints, newest first.
public struct ListWebhookEndpoints: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, url, description, event_types, status, disabled_reason, previous_until, last_delivered_at, metadata,
               created_at
          FROM app.webhook_endpoint x
         WHERE x.id IN (
           (SELECT id FROM app.webhook_endpoint WHERE NOT $3 AND id < $1 AND status <> 'deleted'
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.webhook_endpoint WHERE $3 AND id > $2 AND status <> 'deleted' ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// One page.
    public init(_ page: Page) { parameters = page.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalEndpoint {
        try PortalEndpoint(row)
    }
}

/// One endpoint that is not deleted.
public struct FindWebhookEndpoint: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, url, description, event_types, status, disabled_reason, previous_until, last_delivered_at, metadata,
               created_at
          FROM app.webhook_endpoint WHERE id = $1 AND status <> 'deleted' FOR UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: PortalEndpoint.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PortalEndpoint {
        try PortalEndpoint(row)
    }
}

/// How many endpoints a tenant has.
public struct CountWebhookEndpoints: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT count(*) FROM app.webhook_endpoint WHERE status <> 'deleted'"

    /// Counts.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// A new endpoint.
public struct InsertWebhookEndpoint: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// One row more.
    public static let sql: StaticString = """
        INSERT INTO app.webhook_endpoint (id, url, description, event_types, secret_id, metadata)
        VALUES ($1, $2, $3, $4, $5, $6)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// With the secret its deliveries are signed with.
    public init(
        _ id: PortalEndpoint.ID, url: String, description: String?, eventTypes: [String], secret: SealedSecret.ID,
        metadata: String
    ) {
        parameters = [
            .uuid(id.rawValue), .text(url), .optional(description), .texts(eventTypes), .uuid(secret.rawValue),
            .json(metadata),
        ]
    }
}

/// Changes what a caller may change.
public struct MarkWebhookEndpointChanged: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change.
    public static let sql: StaticString = """
        UPDATE app.webhook_endpoint
           SET url = $2, description = $3, event_types = $4, status = $5, disabled_reason = $6, metadata = $7,
               updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// As it shall be.
    public init(_ endpoint: PortalEndpoint) {
        parameters = [
            .uuid(endpoint.id.rawValue), .text(endpoint.url), .optional(endpoint.description),
            .texts(endpoint.eventTypes), .text(endpoint.status.rawValue), .optional(endpoint.disabledReason),
            .json(endpoint.metadata),
        ]
    }
}

/// What signs for an endpoint now, and what did before, is of no use after a moment: `secrets reseal` wipes it then.
public struct MarkEndpointSecretsRetired: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change.
    public static let sql: StaticString = """
        UPDATE app.sealed_secret s SET retired_at = least(s.retired_at, $2)
          FROM app.webhook_endpoint w
         WHERE w.id = $1 AND s.tenant_id = w.tenant_id AND s.id IN (w.secret_id, w.previous_secret_id)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of one endpoint, before it gets a new secret, or as it ends.
    public init(_ id: PortalEndpoint.ID, at end: Timestamp) { parameters = [.uuid(id.rawValue), .timestamp(end)] }
}

/// A new secret; the one before goes on signing until `until`.
public struct MarkWebhookSecretRotated: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The change.
    public static let sql: StaticString = """
        UPDATE app.webhook_endpoint
           SET previous_secret_id = secret_id, previous_until = $3, secret_id = $2, updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of one endpoint.
    public init(_ id: PortalEndpoint.ID, secret: SealedSecret.ID, overlapUntil until: Timestamp) {
        parameters = [.uuid(id.rawValue), .uuid(secret.rawValue), .timestamp(until)]
    }
}

/// Puts away what an endpoint's deliveries are signed with, sealed for the webhooks worker.
public struct InsertPortalWebhookSecret: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// One row more.
    public static let sql: StaticString = """
        INSERT INTO app.sealed_secret (id, purpose, version, key_id, envelope) VALUES ($1, 'portal-webhook', 1, $2, $3)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `keyID` is of the public key it is sealed to.
    public init(_ id: SealedSecret.ID, keyID: UInt32, envelope: [UInt8]) {
        parameters = [.uuid(id.rawValue), .int(Int64(keyID)), .bytes(envelope)]
    }
}
