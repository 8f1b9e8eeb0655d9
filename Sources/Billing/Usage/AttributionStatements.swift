internal import FoundationEssentials
public import Jobs
public import Postgres

/// Says of what came in what it counts for: one statement for tens of thousands of events.
public struct AttributeEvents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.attribute_usage($1, $2)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// `app.attribute_usage` reckons with no more.
    public static let eventsMax = 40_000

    /// Of what came by itself, or of backfills.
    public init(backfill: Bool) { parameters = [.bool(backfill), .int(Int64(Self.eventsMax))] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Attribution {
        try Attribution(reading: row.json(0))
    }
}

/// Takes an event back: out of its batch while it is pending, by a batch of less than nothing when Stripe knows it.
public struct VoidEvent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.void_usage($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: UsageEvent.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Attribution {
        try Attribution(reading: row.json(0))
    }
}

/// Puts what was not metered back before attribution, some thousand at a time.
public struct ReopenEvents: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.reopen_usage($1, $2, $3, $4)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// No more at a time.
    public static let eventsMax = 5_000

    /// Of one agent, with one reason, or all; after one of them.
    public init(agent: Agent.ID? = nil, reason: String? = nil, after event: UsageEvent.ID? = nil) {
        parameters = [
            .optional(agent?.rawValue), .optional(reason), .optional(event?.rawValue), .int(Int64(Self.eventsMax)),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Attribution {
        try Attribution(reading: row.json(0))
    }
}

/// What came of attribution, of taking an event back, or of putting events back.
public struct Attribution: Sendable {
    /// What the portal is to be told.
    public struct Note: Sendable {
        /// `not_metered` or `late`.
        public let status: String
        /// Why.
        public let reason: String
        /// Of which agent.
        public let agent: Agent.ID
        /// How many events.
        public let events: Int64
        /// One of them.
        public let event: UsageEvent.ID
    }

    /// Somebody else is at it: come again.
    public let isBusy: Bool
    /// How many events were looked at.
    public let events: Int64
    /// How many batches are new.
    public let batches: Int64
    /// Whether there are others.
    public let hasMore: Bool
    /// What the portal is to be told.
    public let notes: [Note]
    /// A batch whose job is not accepted yet.
    public let send: SendUsage?
    /// The last event that was put back, when there may be others after it.
    public let last: UsageEvent.ID?
    /// How the taking back ended: `voided`, `known`, `missing`, `billed`.
    public let outcome: String?

    init(reading text: String) throws(PostgresError) {
        let read: Form
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            read = try decoder.decode(Form.self, from: Data(text.utf8))
        } catch {
            throw .unexpectedColumn(0, "not what attribution says")
        }
        isBusy = read.busy ?? false
        events = read.events ?? 0
        batches = read.batches ?? 0
        hasMore = read.more ?? false
        outcome = read.outcome
        last = read.last.flatMap(UUID.init(uuidString:)).map(UsageEvent.ID.init(rawValue:))
        notes = (read.notes ?? []).compactMap { note in
            guard let agent = UUID(uuidString: note.agentId), let event = UUID(uuidString: note.event) else {
                return nil
            }
            return Note(
                status: note.status, reason: note.reason ?? note.status, agent: Agent.ID(rawValue: agent),
                events: note.events, event: UsageEvent.ID(rawValue: event))
        }
        if let batch = read.batch.flatMap(UUID.init(uuidString:)),
            let meter = read.meter.flatMap(UUID.init(uuidString:)),
            let customer = read.customer
        {
            send = SendUsage(
                batch: UsageBatch.ID(rawValue: batch), meter: Meter.ID(rawValue: meter), customer: customer)
        } else {
            send = nil
        }
    }

    private struct Form: Decodable {
        struct Note: Decodable {
            let status: String
            let reason: String?
            let agentId: String
            let events: Int64
            let event: String
        }
        let busy: Bool?
        let events: Int64?
        let batches: Int64?
        let more: Bool?
        let notes: [Note]?
        let batch: String?
        let meter: String?
        let customer: String?
        let last: String?
        let outcome: String?
    }
}
