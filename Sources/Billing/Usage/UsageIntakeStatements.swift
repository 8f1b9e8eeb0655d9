public import Daemon
public import FoundationEssentials
public import Jobs
public import Postgres

/// Which moments an event may be of: now, and the latest moment Stripe told of, since test clocks run ahead.
public struct FindUsageBounds: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT now(), greatest(now(), (SELECT c.last_event_at FROM app.connection c LIMIT 1))
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (now: Timestamp, latest: Timestamp) {
        (try row.timestamp(0), try row.timestamp(1))
    }
}

/// The agents that events name, by our ids and by the portal's.
public struct ListNamedAgents: Statement {
    /// One of them.
    public struct Named: Sendable {
        /// Ours.
        public let id: UUID
        /// The portal's.
        public let externalID: String?
        /// Whether its new usage is taken.
        public let isActive: Bool
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, external_id, status = 'active' FROM app.agent WHERE id = ANY ($1)
        UNION
        SELECT id, external_id, status = 'active' FROM app.agent WHERE external_id = ANY ($2)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(ids: [UUID], externalIDs: [String]) {
        parameters = [.uuids(ids), .texts(externalIDs)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Named {
        try Named(id: row.uuid(0), externalID: row.optionalString(1), isActive: row.bool(2))
    }
}

/// New events, all in one statement. The unique row is the write: what is known already is left as it is.
public struct InsertUsageEvents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.usage_event (tenant_id, id, agent_id, occurred_at, credits, seconds, messages, is_backfill,
          kind, event_id, conversation_id, analysis, lead_email, lead_name, lead_phone)
        SELECT t.tenant, u.id, ($2::uuid[])[u.agent], to_timestamp(u.at), nullif(u.credits, -1),
               nullif(u.seconds, -1)::int, nullif(u.messages, -1)::int, $14::boolean, u.kind, u.event_id,
               nullif(u.conversation, ''), nullif(u.analysis, '')::jsonb, nullif(u.email, ''), nullif(u.name, ''),
               nullif(u.phone, '')
          FROM (SELECT app.current_tenant() AS tenant) t,
               unnest($1::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],
                      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $15::text[])
                 u (id, agent, at, credits, seconds, messages, kind, event_id, conversation, analysis, email, name,
                    phone)
        ON CONFLICT (tenant_id, event_id) DO NOTHING
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `agents` are named once; each event names one by its place, from 1.
    public init(
        _ ids: [UUID], agents: [UUID], of places: [Int64], _ facts: [UsageFact], isBackfill: Bool
    ) {
        parameters = [
            .uuids(ids), .uuids(agents), .ints(places), .ints(facts.map(\.occurredAt)),
            .ints(facts.map { $0.credits ?? -1 }), .ints(facts.map { $0.seconds ?? -1 }),
            .ints(facts.map { $0.messages ?? -1 }), .texts(facts.map(\.kind.rawValue)), .texts(facts.map(\.eventID)),
            .texts(facts.map { $0.conversationID ?? "" }), .texts(facts.map { $0.analysis ?? "" }),
            .texts(facts.map { $0.lead.email ?? "" }), .texts(facts.map { $0.lead.name ?? "" }), .bool(isBackfill),
            .texts(facts.map { $0.lead.phone ?? "" }),
        ]
    }
}

/// What a request brought, for attribution to find.
public struct InsertUsageIntake: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.usage_intake (first_id, last_id, events, is_backfill) VALUES ($1, $2, $3, $4)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// From which id to which, and how many between them are new.
    public init(first: UUID, last: UUID, events: Int, isBackfill: Bool) {
        parameters = [.uuid(first), .uuid(last), .int(Int64(events)), .bool(isBackfill)]
    }
}

/// What is known under the portal's ids.
public struct ListKnownUsage: Statement {
    /// One event as it was first told.
    public struct Known: Sendable {
        /// Ours.
        public let id: UUID
        /// The portal's.
        public let eventID: String
        /// Who did it.
        public let agent: UUID
        /// When, in seconds since 1970.
        public let occurredAt: Int64
        /// How much: seconds, messages, credits; -1 for none.
        public let amounts: [Int64]
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, event_id, agent_id, floor(extract(epoch FROM occurred_at))::bigint,
               ARRAY[coalesce(seconds, -1), coalesce(messages, -1), coalesce(credits, -1)]::bigint[]
          FROM app.usage_event WHERE tenant_id = app.current_tenant() AND event_id = ANY ($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ eventIDs: [String]) { parameters = [.texts(eventIDs)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Known {
        try Known(
            id: row.uuid(0), eventID: row.string(1), agent: row.uuid(2), occurredAt: row.int(3), amounts: row.ints(4))
    }
}
