public import Jobs
public import Postgres

/// One event with what became of it.
public struct UsageRecord: Sendable {
    /// The fact.
    public let event: UsageEvent
    /// What became of it, as JSON text: a list of `status`, `reason`, `meter`, `client`, `customer`, `value`, `batch`,
    /// …
    public let entries: String
}

/// One event.
public struct FindUsageEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u WHERE u.tenant_id = app.current_tenant() AND u.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: UsageEvent.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// The tenant's events, newest first.
public struct ListUsageEvents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant() AND NOT $3 AND x.id < $1
             AND ($5::uuid IS NULL OR x.agent_id = $5) AND ($6::text IS NULL OR x.event_id = $6)
             AND ($7::text IS NULL OR CASE $7 WHEN 'accepted' THEN NOT EXISTS (SELECT 1 FROM app.usage_entry e
               WHERE e.tenant_id = x.tenant_id AND e.event_uid = x.id) ELSE EXISTS (SELECT 1 FROM app.usage_entry e
               WHERE e.tenant_id = x.tenant_id AND e.event_uid = x.id AND e.status = $7) END)
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant() AND $3 AND x.id > $2
             AND ($5::uuid IS NULL OR x.agent_id = $5) AND ($6::text IS NULL OR x.event_id = $6)
             AND ($7::text IS NULL OR CASE $7 WHEN 'accepted' THEN NOT EXISTS (SELECT 1 FROM app.usage_entry e
               WHERE e.tenant_id = x.tenant_id AND e.event_uid = x.id) ELSE EXISTS (SELECT 1 FROM app.usage_entry e
               WHERE e.tenant_id = x.tenant_id AND e.event_uid = x.id AND e.status = $7) END)
             ORDER BY x.id LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The others narrow it.
    public init(
        _ page: Page, agent: Agent.ID? = nil, eventID: String? = nil, status: UsageEvent.Status? = nil
    ) {
        parameters = page.parameters + [.optional(agent?.rawValue), .optional(eventID), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// The ledger of what is not billed: events that count nowhere, that are late, or that were taken back. Few among
/// many, so it is found by their own index.
public struct ListUnbilledUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT e.event_uid FROM app.usage_entry e
              JOIN app.usage_event x ON x.tenant_id = e.tenant_id AND x.id = e.event_uid
             WHERE e.tenant_id = app.current_tenant() AND NOT $3 AND e.event_uid < $1 AND e.status = $6
               AND e.status IN ('not_metered', 'late', 'voided') AND ($7::text IS NULL OR e.reason = $7)
               AND ($5::uuid IS NULL OR x.agent_id = $5) ORDER BY e.event_uid DESC LIMIT $4)
           UNION ALL
           (SELECT e.event_uid FROM app.usage_entry e
              JOIN app.usage_event x ON x.tenant_id = e.tenant_id AND x.id = e.event_uid
             WHERE e.tenant_id = app.current_tenant() AND $3 AND e.event_uid > $2 AND e.status = $6
               AND e.status IN ('not_metered', 'late', 'voided') AND ($7::text IS NULL OR e.reason = $7)
               AND ($5::uuid IS NULL OR x.agent_id = $5) ORDER BY e.event_uid LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// With one status; the others narrow it.
    public init(_ page: Page, agent: Agent.ID? = nil, status: UsageEvent.Status, reason: String? = nil) {
        parameters = page.parameters + [.optional(agent?.rawValue), .text(status.rawValue), .optional(reason)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

extension UsageRecord {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        event = UsageEvent(
            id: try row.id(0), eventID: try row.string(1), agent: try row.id(2), kind: try row.word(3),
            occurredAt: try row.timestamp(4), receivedAt: try row.timestamp(5),
            seconds: try row.optionalInt32(6).map(Int.init), messages: try row.optionalInt32(7).map(Int.init),
            credits: try row.optionalInt(8), conversationID: try row.optionalString(9),
            analysis: try row.optionalJSON(10),
            lead: UsageLead(
                email: try row.optionalString(11), name: try row.optionalString(12), phone: try row.optionalString(13)),
            isBackfill: try row.bool(14))
        entries = try row.json(15)
    }
}
