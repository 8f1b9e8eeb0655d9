public import Daemon
public import Jobs
public import Postgres

/// How a connection's standing changed.
public struct HealthChange: Equatable, Sendable {
    /// Which connection.
    public var connection: Connection.ID
    /// Before.
    public var before: ConnectionStatus
    /// After.
    public var after: ConnectionStatus
    /// Why it is degraded, in a word.
    public var why: String?
}

/// Makes a standing connection `connected` or `degraded` by what is known of it: the webhook, the key's permissions,
/// what Stripe says to a look for missed events, the way meter errors come, the clocks. One rule for everybody who
/// finds something out (DOMAIN 4.4). A connected account has its own words, which Stripe's requirements decide.
public struct MarkConnectionHealth: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH lost AS (
          SELECT string_agg(name, ', ' ORDER BY name) AS names FROM app.key_permission WHERE NOT ok
        ), h AS (
          SELECT c.id, c.status AS before, lost.names,
                 CASE WHEN c.webhook_status <> 'registered' THEN 'webhook'
                      WHEN lost.names IS NOT NULL THEN 'permission_missing'
                      WHEN c.events_refusal IS NOT NULL THEN 'events_refused'
                      WHEN c.meter_hook_status IN ('missing', 'disabled') THEN 'meter_webhook_missing'
                      WHEN abs(c.clock_drift_seconds) >= 60 THEN 'clock_drift' END AS why
            FROM app.connection c CROSS JOIN lost
           WHERE c.mode = 'secret_key' AND c.status IN ('connected', 'degraded') FOR NO KEY UPDATE OF c
        )
        UPDATE app.connection c SET updated_at = now(),
               status = CASE WHEN h.why IS NULL THEN 'connected' ELSE 'degraded' END,
               problem = CASE h.why
                 WHEN 'webhook' THEN c.problem
                 WHEN 'permission_missing' THEN jsonb_build_object('code', h.why, 'detail',
                   'The restricted key lacks permissions: ' || h.names || '. Add them in Stripe (Developers, '
                   || 'API keys), then verify; what needs them waits.')
                 WHEN 'events_refused' THEN jsonb_build_object('code', h.why, 'detail',
                   'Stripe refuses to list events, so what no webhook brings is not found: '
                   || coalesce(c.events_refusal ->> 'detail', 'no reason') || ' It is asked again every hour.')
                 WHEN 'meter_webhook_missing' THEN jsonb_build_object('code', h.why, 'detail',
                   'Stripe cannot tell us of usage it rejected: repair the webhook.')
                 WHEN 'clock_drift' THEN jsonb_build_object('code', h.why, 'detail',
                   'Our clock and Stripe''s differ by ' || c.clock_drift_seconds || ' seconds.')
                 ELSE CASE WHEN c.problem ->> 'code' IN ('permission_missing', 'events_refused',
                                                            'meter_webhook_missing', 'clock_drift')
                           THEN NULL ELSE c.problem END END
          FROM h WHERE c.id = h.id
        RETURNING c.id, h.before, c.status, h.why
        """

    /// States the wish.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> HealthChange {
        try HealthChange(connection: row.id(0), before: row.word(1), after: row.word(2), why: row.optionalString(3))
    }
}

extension Transaction where Scope == TenantScope {
    /// Makes the standing connection's status follow what is known of it, and tells the portal when it changed.
    public func settleHealth(at now: Timestamp) throws {
        guard let change = try first(MarkConnectionHealth()), change.before != change.after else { return }
        announce(of: change.connection, change.after == .connected ? "connected" : "degraded", why: change.why, at: now)
    }

    /// Tells the portal that the connection changed: `connected`, `degraded`, `invalid`, `disconnected`,
    /// `payouts_changed`.
    public func announce(of connection: Connection.ID, _ what: String, why: String? = nil, at now: Timestamp) {
        // Our own words: nothing to escape.
        let body = why.map { #"{"reason":"\#($0)"}"# } ?? "{}"
        announce(PortalEvent(type: "processor.\(what)", subject: connection.text, body: body), at: now)
    }
}
