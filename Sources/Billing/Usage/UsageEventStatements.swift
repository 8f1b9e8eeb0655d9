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

/// The event of one of the portal's ids.
public struct FindUsageByEventID: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.event_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ eventID: String) { parameters = [.text(eventID)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

// Each filter has a statement of its own: one statement for all of them is planned for none of them, and looked through
// ten million events for one.

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
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
             AND NOT $3 AND x.id < $1
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
             AND $3 AND x.id > $2
             ORDER BY x.id LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// All of them.
    public init(_ page: Page) { parameters = page.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// Those that count.
public struct ListMeteredUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT DISTINCT x.event_uid FROM app.usage_entry x WHERE x.tenant_id = app.current_tenant()
             AND x.status = 'metered'
             AND NOT $3 AND x.event_uid < $1
             ORDER BY x.event_uid DESC LIMIT $4)
           UNION ALL
           (SELECT DISTINCT x.event_uid FROM app.usage_entry x WHERE x.tenant_id = app.current_tenant()
             AND x.status = 'metered'
             AND $3 AND x.event_uid > $2
             ORDER BY x.event_uid LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// On at least one meter.
    public init(_ page: Page) { parameters = page.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// The same of one agent.
public struct ListAgentUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant() AND x.agent_id = $6
             AND NOT $3 AND x.id < $1
             AND (NOT $5 OR coalesce((SELECT true FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant()
               AND e.event_uid = x.id AND e.status = 'metered' LIMIT 1), false))
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.usage_event x WHERE x.tenant_id = app.current_tenant() AND x.agent_id = $6
             AND $3 AND x.id > $2
             AND (NOT $5 OR coalesce((SELECT true FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant()
               AND e.event_uid = x.id AND e.status = 'metered' LIMIT 1), false))
             ORDER BY x.id LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `metered`: only those that count.
    public init(_ page: Page, agent: Agent.ID, metered: Bool = false) {
        parameters = page.parameters + [.bool(metered), .uuid(agent.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// Events nobody looked at yet, newest first: those of the newest thousand requests that wait.
public struct ListAcceptedUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT x.id FROM (SELECT i.first_id, i.last_id FROM app.usage_intake i
                             WHERE i.tenant_id = app.current_tenant() ORDER BY i.first_id DESC LIMIT 1000) i
             CROSS JOIN LATERAL (SELECT y.id, y.agent_id FROM app.usage_event y WHERE y.tenant_id = app.current_tenant()
                                   AND y.id BETWEEN i.first_id AND i.last_id OFFSET 0) x
             WHERE NOT EXISTS (SELECT 1 FROM app.usage_entry e
                                WHERE e.tenant_id = app.current_tenant() AND e.event_uid = x.id)
             AND NOT $3 AND x.id < $1
             AND ($5::uuid IS NULL OR x.agent_id = $5)
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM (SELECT i.first_id, i.last_id FROM app.usage_intake i
                             WHERE i.tenant_id = app.current_tenant() ORDER BY i.first_id DESC LIMIT 1000) i
             CROSS JOIN LATERAL (SELECT y.id, y.agent_id FROM app.usage_event y WHERE y.tenant_id = app.current_tenant()
                                   AND y.id BETWEEN i.first_id AND i.last_id OFFSET 0) x
             WHERE NOT EXISTS (SELECT 1 FROM app.usage_entry e
                                WHERE e.tenant_id = app.current_tenant() AND e.event_uid = x.id)
             AND $3 AND x.id > $2
             AND ($5::uuid IS NULL OR x.agent_id = $5)
             ORDER BY x.id LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `agent` narrows it.
    public init(_ page: Page, agent: Agent.ID? = nil) { parameters = page.parameters + [.optional(agent?.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// The ledger of what is not billed: events that count nowhere, that are late, or that were taken back. Few among
/// many, so it is found by its own index.
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
           (SELECT e.event_uid FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant() AND e.status = $5
             AND e.status IN ('not_metered', 'late', 'voided')
             AND NOT $3 AND e.event_uid < $1
             AND ($6::uuid IS NULL OR EXISTS (SELECT 1 FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
               AND x.id = e.event_uid AND x.agent_id = $6))
             ORDER BY e.event_uid DESC LIMIT $4)
           UNION ALL
           (SELECT e.event_uid FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant() AND e.status = $5
             AND e.status IN ('not_metered', 'late', 'voided')
             AND $3 AND e.event_uid > $2
             AND ($6::uuid IS NULL OR EXISTS (SELECT 1 FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
               AND x.id = e.event_uid AND x.agent_id = $6))
             ORDER BY e.event_uid LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// With one status; `agent` narrows it.
    public init(_ page: Page, agent: Agent.ID? = nil, status: UsageEvent.Status) {
        parameters = page.parameters + [.text(status.rawValue), .optional(agent?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}

/// The same for one reason.
public struct ListUnbilledUsageByReason: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.id, u.event_id, u.agent_id, u.kind, u.occurred_at, u.received_at, u.seconds, u.messages, u.credits,
               u.conversation_id, u.analysis, u.lead_email, u.lead_name, u.lead_phone, u.is_backfill,
               app.usage_entries(u.id)
          FROM app.usage_event u
         WHERE u.tenant_id = app.current_tenant() AND u.id IN (
           (SELECT e.event_uid FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant() AND e.status = $5
             AND e.status IN ('not_metered', 'late', 'voided') AND e.reason = $7
             AND NOT $3 AND e.event_uid < $1
             AND ($6::uuid IS NULL OR EXISTS (SELECT 1 FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
               AND x.id = e.event_uid AND x.agent_id = $6))
             ORDER BY e.event_uid DESC LIMIT $4)
           UNION ALL
           (SELECT e.event_uid FROM app.usage_entry e WHERE e.tenant_id = app.current_tenant() AND e.status = $5
             AND e.status IN ('not_metered', 'late', 'voided') AND e.reason = $7
             AND $3 AND e.event_uid > $2
             AND ($6::uuid IS NULL OR EXISTS (SELECT 1 FROM app.usage_event x WHERE x.tenant_id = app.current_tenant()
               AND x.id = e.event_uid AND x.agent_id = $6))
             ORDER BY e.event_uid LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// With one status and reason; `agent` narrows it.
    public init(_ page: Page, agent: Agent.ID? = nil, status: UsageEvent.Status, reason: String) {
        parameters = page.parameters + [.text(status.rawValue), .optional(agent?.rawValue), .text(reason)]
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
