public import Jobs
public import Postgres

/// An endpoint's deliveries with their tries, newest first.
public struct ListWebhookDeliveries: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT d.id, d.endpoint_id, d.event_id, e.type, d.cause, d.status, d.attempts::bigint, d.next_attempt_at,
               d.last_status::bigint, d.last_error, d.created_at, d.ended_at,
               coalesce((SELECT jsonb_agg(jsonb_build_object('number', a.number, 'status', a.status, 'error', a.error,
                          'duration_ms', a.duration_ms, 'at', extract(epoch FROM a.at)::bigint) ORDER BY a.number)
                           FROM app.webhook_attempt a
                          WHERE a.tenant_id = d.tenant_id AND a.delivery_id = d.id), '[]'::jsonb)
          FROM app.webhook_delivery d JOIN app.portal_event e ON e.tenant_id = d.tenant_id AND e.id = d.event_id
         WHERE d.id IN (
           (SELECT x.id FROM app.webhook_delivery x WHERE NOT $3 AND x.id < $1 AND x.endpoint_id = $5
               AND ($6::text IS NULL OR x.status = $6) ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.webhook_delivery x WHERE $3 AND x.id > $2 AND x.endpoint_id = $5
               AND ($6::text IS NULL OR x.status = $6) ORDER BY x.id LIMIT $4))
         ORDER BY d.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// One page.
    public init(_ page: Page, of endpoint: PortalEndpoint.ID, status: WebhookDelivery.Status?) {
        parameters = page.parameters + [.uuid(endpoint.rawValue), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> WebhookDelivery {
        try WebhookDelivery(row)
    }
}

/// Sends one event again to every enabled endpoint that wants its type, a test to the one endpoint it is of; how many
/// there are.
public struct RedeliverEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT count(app.make_delivery(w.id, e.id, 'redelivery'))
          FROM app.portal_event e JOIN app.webhook_endpoint w ON w.tenant_id = e.tenant_id AND w.status = 'enabled'
           AND CASE e.type WHEN 'webhook_endpoint.test' THEN e.subject = 'wh_' || replace(w.id::text, '-', '')
               ELSE w.event_types && ARRAY['*', e.type, split_part(e.type, '.', 1) || '.*'] END
         WHERE e.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the event.
    public init(_ event: PortalEvent.ID) { parameters = [.uuid(event.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Sends again what was not delivered since a time, at most 1,000 events at once; how many deliveries there are.
public struct RedeliverMissed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT count(app.make_delivery(m.endpoint_id, m.event_id, 'redelivery'))
          FROM (SELECT w.id AS endpoint_id, e.id AS event_id
                  FROM app.portal_event e JOIN app.webhook_endpoint w ON w.tenant_id = e.tenant_id
                   AND w.status = 'enabled' AND w.event_types && ARRAY['*', e.type, split_part(e.type, '.', 1) || '.*']
                 WHERE e.created_at >= to_timestamp($1) AND e.type <> 'webhook_endpoint.test'
                   AND e.created_at >= (SELECT now() - make_interval(days => t.retention_days) FROM app.tenant t)
                   AND NOT EXISTS (SELECT 1 FROM app.webhook_delivery d WHERE d.tenant_id = e.tenant_id
                         AND d.event_id = e.id AND d.endpoint_id = w.id
                         AND d.status IN ('pending', 'retrying', 'delivered'))
                 ORDER BY e.created_at LIMIT 1000) m
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Unix seconds.
    public init(since: Int64) { parameters = [.int(since)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// Sends an event to one endpoint, whatever types it wants: a test.
public struct DeliverTest: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.make_delivery($1, $2, 'test')"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ endpoint: PortalEndpoint.ID, event: PortalEvent.ID) {
        parameters = [.uuid(endpoint.rawValue), .uuid(event.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> WebhookDelivery.ID { try row.id(0) }
}
