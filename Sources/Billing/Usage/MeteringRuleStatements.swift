public import Jobs
public import Postgres

/// An agent's current rule.
public struct FindMeteringRule: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT agent_id, version, meter_id, metering_type, customer_mode, identify_by, static_value, static_customer,
               analysis_field, actor, effective_from, ended_at
          FROM app.metering_rule WHERE agent_id = $1 AND ended_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the agent.
    public init(of agent: Agent.ID) { parameters = [.uuid(agent.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> MeteringRule {
        try MeteringRule(
            agent: row.id(0), version: Int(row.int32(1)), meter: row.id(2), type: row.word(3), mode: row.word(4),
            identifyBy: row.word(5), staticValue: row.optionalString(6), staticCustomer: row.optionalString(7),
            analysisField: row.optionalString(8), actor: row.string(9), effectiveFrom: row.timestamp(10),
            endedAt: row.optionalTimestamp(11))
    }
}

/// The current rule is over; what it was is kept.
public struct MarkMeteringRuleEnded: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.metering_rule SET ended_at = greatest(now(), effective_from) WHERE agent_id = $1 AND ended_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the agent.
    public init(of agent: Agent.ID) { parameters = [.uuid(agent.rawValue)] }
}

/// The next version of an agent's rule. The agent's row is locked by the same transaction; one that waited for the lock
/// began before the version it follows, and still applies only after it.
public struct InsertMeteringRule: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.metering_rule (agent_id, version, meter_id, metering_type, customer_mode, identify_by,
          static_value, static_customer, analysis_field, actor, effective_from)
        SELECT $1, 1 + coalesce(max(r.version), 0), $2, $3, $4, $5, $6, $7, $8, $9, greatest(now(), max(r.ended_at))
          FROM app.metering_rule r WHERE r.agent_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(of agent: Agent.ID, _ wish: MeteringWish, by actor: String) {
        parameters = [
            .uuid(agent.rawValue), .uuid(wish.meter.rawValue), .text(wish.type.rawValue), .text(wish.mode.rawValue),
            .text(wish.identifyBy.rawValue), .optional(wish.staticValue), .optional(wish.staticCustomer),
            .optional(wish.analysisField), .text(actor),
        ]
    }
}

/// The tenant's meters, as far as a rule needs to know them; all, or one.
public struct ListMeterChoices: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, stripe_meter, event_name, display_name, formula, status = 'active' FROM app.meter
         WHERE $1::uuid IS NULL OR id = $1 ORDER BY display_name, id LIMIT 500
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `only` names one.
    public init(only meter: Meter.ID? = nil) { parameters = [.optional(meter?.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> MeterChoice {
        try MeterChoice(
            id: row.id(0), stripeMeter: row.optionalString(1), eventName: row.string(2), displayName: row.string(3),
            formula: row.string(4), isActive: row.bool(5))
    }
}

/// What would become of an event; nothing is kept.
public struct TestUsage: Statement {
    /// One meter it would count on, or why not.
    public struct Verdict: Sendable {
        /// What it would be.
        public let status: UsageEvent.Status
        /// Why not.
        public let reason: String?
        /// On which meter.
        public let meter: Meter.ID?
        /// For which of our clients.
        public let client: Client.ID?
        /// For which customer of Stripe's.
        public let customer: String?
        /// By which version of the rule; nil by what was bought.
        public let ruleVersion: Int?
        /// How much.
        public let value: Int64
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT status, reason, meter_id, client_id, customer, rule_version, value
          FROM app.test_usage($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the event.
    public init(_ fact: UsageFact, by agent: Agent.ID) {
        parameters = [
            .uuid(agent.rawValue), .text(fact.kind.rawValue), .int(fact.occurredAt), .optional(fact.credits),
            .optional(fact.seconds), .optional(fact.messages), .optional(fact.conversationID),
            .optional(json: fact.analysis), .optional(fact.lead.email), .optional(fact.lead.name),
            .optional(fact.lead.phone),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Verdict {
        try Verdict(
            status: row.word(0), reason: row.optionalString(1), meter: row.optionalID(2), client: row.optionalID(3),
            customer: row.optionalString(4), ruleVersion: row.optionalInt32(5).map(Int.init), value: row.int(6))
    }
}
