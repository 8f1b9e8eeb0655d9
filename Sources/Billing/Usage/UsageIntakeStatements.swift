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

/// The events of one request, column by column.
public struct UsageLot: Sendable {
    /// Ours; neighbours.
    public let ids: [UUID]
    /// Each agent once; events name them by place, from 1.
    public let agents: [UUID]
    /// Whose each event is.
    public let places: [Int64]
    /// What is told.
    public let facts: [UsageFact]

    /// `places` and `facts` are of the same events as `ids`.
    public init(_ ids: [UUID], agents: [UUID], of places: [Int64], _ facts: [UsageFact]) {
        self.ids = ids
        self.agents = agents
        self.places = places
        self.facts = facts
    }

    /// $1 to $13; nothing is -1 or an empty text.
    fileprivate var parameters: [Parameter] {
        [
            .uuids(ids), .uuids(agents), .ints(places), .ints(facts.map(\.occurredAt)),
            .ints(facts.map { $0.credits ?? -1 }), .ints(facts.map { $0.seconds ?? -1 }),
            .ints(facts.map { $0.messages ?? -1 }), .texts(facts.map(\.kind.rawValue)), .texts(facts.map(\.eventID)),
            .texts(facts.map { $0.conversationID ?? "" }), .texts(facts.map { $0.analysis ?? "" }),
            .texts(facts.map { $0.lead.email ?? "" }), .texts(facts.map { $0.lead.name ?? "" }),
            .texts(facts.map { $0.lead.phone ?? "" }),
        ]
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
               nullif(u.seconds, -1)::int, nullif(u.messages, -1)::int, $15::boolean, u.kind, u.event_id,
               nullif(u.conversation, ''), nullif(u.analysis, '')::jsonb, nullif(u.email, ''), nullif(u.name, ''),
               nullif(u.phone, '')
          FROM (SELECT app.current_tenant() AS tenant) t,
               unnest($1::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],
                      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[])
                 u (id, agent, at, credits, seconds, messages, kind, event_id, conversation, analysis, email, name,
                    phone)
        ON CONFLICT (tenant_id, event_id) DO NOTHING
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them.
    public init(_ lot: UsageLot, isBackfill: Bool) { parameters = lot.parameters + [.bool(isBackfill)] }
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

/// What is known under the portal's ids, and whether it is the same fact to the letter: another payer or another answer
/// under the same name must not pass for told already.
public struct CompareUsageEvents: Statement {
    /// One event that was told before.
    public struct Known: Sendable {
        /// Which of the lot it is, from 0.
        public let index: Int
        /// Ours, of the first telling.
        public let id: UUID
        /// Whether it said the same.
        public let isSame: Bool
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT u.n - 1, e.id,
               e.agent_id = ($2::uuid[])[u.agent] AND e.occurred_at = to_timestamp(u.at) AND e.kind = u.kind
               AND (e.credits, e.seconds, e.messages, e.conversation_id, e.analysis, e.lead_email, e.lead_name,
                    e.lead_phone) IS NOT DISTINCT FROM
                   (nullif(u.credits, -1), nullif(u.seconds, -1)::int, nullif(u.messages, -1)::int,
                    nullif(u.conversation, ''), nullif(u.analysis, '')::jsonb, nullif(u.email, ''), nullif(u.name, ''),
                    nullif(u.phone, ''))
          FROM unnest($1::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[],
                      $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[]) WITH ORDINALITY
                 u (id, agent, at, credits, seconds, messages, kind, event_id, conversation, analysis, email, name,
                    phone, n)
          JOIN app.usage_event e ON e.tenant_id = app.current_tenant() AND e.event_id = u.event_id AND e.id <> u.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them.
    public init(_ lot: UsageLot) { parameters = lot.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Known {
        try Known(index: Int(row.int(0)), id: row.uuid(1), isSame: row.bool(2))
    }
}
