public import Daemon
public import Jobs
public import Postgres

/// A secret is out of use after a while; a Stripe key's ciphertext is wiped at once.
public struct MarkSecretRetired: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.sealed_secret
           SET retired_at = coalesce(retired_at, now() + make_interval(secs => $2)), envelope = CASE
             WHEN purpose = 'stripe-api' THEN ''::bytea ELSE envelope END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: SealedSecret.ID, inSeconds seconds: Int64 = 0) {
        parameters = [.uuid(id.rawValue), .int(seconds)]
    }
}

/// A webhook endpoint's signing secret, sealed to the API.
public struct InsertWebhookSecret: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.sealed_secret (id, purpose, version, key_id, envelope) VALUES ($1, 'stripe-webhook', 1, $2, $3)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: SealedSecret.ID, keyID: UInt32, envelope: [UInt8]) {
        parameters = [.uuid(id.rawValue), .int(Int64(keyID)), .bytes(envelope)]
    }
}

/// The endpoint stands and we hold its secret: the connection works.
public struct MarkWebhookRegistered: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET webhook_status = 'registered', webhook_endpoint_id = $2, webhook_secret_id = $3,
             webhook_endpoints_used = $4,
               status = CASE WHEN status = 'degraded' THEN status ELSE 'connected' END,
               problem = NULL, events_cursor_at = coalesce(events_cursor_at, now()), updated_at = now()
         WHERE id = $1 AND status <> 'disconnected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, endpoint: String, secret: SealedSecret.ID, used: Int) {
        parameters = [.uuid(id.rawValue), .text(endpoint), .uuid(secret.rawValue), .int(Int64(used))]
    }
}

/// The key works and the webhook does not: events come by the sweep alone.
public struct MarkWebhookTrouble: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection
           SET webhook_status = $2, status = CASE WHEN status = 'disconnected' THEN status ELSE 'degraded' END,
             problem = coalesce($3, problem),
               webhook_endpoints_used = coalesce($4, webhook_endpoints_used),
                 events_cursor_at = coalesce(events_cursor_at, now()), updated_at = now()
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, _ status: Connection.WebhookStatus, problem: String?, used: Int? = nil) {
        parameters = [
            .uuid(id.rawValue), .text(status.rawValue), .optional(json: problem), .optional(used.map(Int64.init)),
        ]
    }
}

/// The endpoint was taken away at Stripe.
public struct MarkWebhookGone: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET webhook_status = 'unregistered', webhook_endpoint_id = NULL, webhook_secret_id = NULL,
          updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// Events up to here are known.
public struct MarkSwept: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET events_cursor_at = greatest(events_cursor_at, $2), updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Connection.ID, until moment: Timestamp) {
        parameters = [.uuid(id.rawValue), .timestamp(moment)]
    }
}

/// An event came.
public struct MarkEventSeen: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection SET last_event_at = $1 WHERE coalesce(last_event_at, '-infinity') < $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(at moment: Timestamp) {
        parameters = [.timestamp(moment)]
    }
}
