public import Daemon
public import Jobs
public import Postgres

/// What a metered line of an invoice is made of.
public struct UsageProof: Sendable {
    /// The late charge it is, when it is one.
    public let charge: LateCharge.ID?
    /// What is sold.
    public let price: Price.ID
    /// What counts it.
    public let meter: Meter.ID
    /// What the meter counts.
    public let metric: String
    /// Stripe's id of the payer.
    public let customer: String
    /// From when.
    public let start: Timestamp
    /// Until when.
    public let end: Timestamp
    /// What Stripe billed.
    public let quantity: Int64
    /// Minor units.
    public let amount: Int64
    /// What our batches of that time add up to; nil of a late charge, which no batch is for.
    public let batchesTotal: Int64?
    /// What their events add up to.
    public let eventsTotal: Int64
    /// Stripe's ids of the lines.
    public let lines: [String]
}

/// The metered lines of an invoice with what they are made of.
public struct ListUsageProofs: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT charge_id, price_id, meter_id, metric, coalesce(stripe_customer, ''), period_start, period_end, quantity,
               amount, batches_total, events_total, lines FROM app.usage_proof($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(of invoice: Invoice.ID) { parameters = [.uuid(invoice.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageProof {
        try UsageProof(
            charge: row.optionalID(0), price: row.id(1), meter: row.id(2), metric: row.string(3),
            customer: row.string(4), start: row.timestamp(5), end: row.timestamp(6), quantity: row.int(7),
            amount: row.int(8), batchesTotal: row.optionalInt(9), eventsTotal: row.int(10), lines: row.strings(11))
    }
}

/// The batches of a line, in the order of their time; one more than `max` tells that there are others.
public struct ListProofBatches: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, meter_id, stripe_customer, at, value, events, status, identifier, first_attempt_at
          FROM app.usage_batch
         WHERE tenant_id = app.current_tenant() AND meter_id = $1 AND stripe_customer = $2
           AND at >= to_timestamp($3::bigint) AND at < to_timestamp($4::bigint)
           AND status IN ('sent', 'confirmed', 'unknown') ORDER BY at, id LIMIT $5
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the line.
    public init(of proof: UsageProof, max: Int) {
        parameters = [
            .uuid(proof.meter.rawValue), .text(proof.customer), .int(proof.start.seconds), .int(proof.end.seconds),
            .int(Int64(max) + 1),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageBatch {
        try UsageBatch(
            id: row.id(0), meter: row.id(1), customer: row.string(2), at: row.timestamp(3), value: row.int(4),
            events: Int(row.int(5)), status: row.word(6), identifier: row.optionalString(7),
            firstAttemptAt: row.optionalTimestamp(8))
    }
}

/// The events that a batch, or a late charge, is the sum of.
public struct ListCountedUsage: Statement {
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
             WHERE e.tenant_id = app.current_tenant() AND NOT $3 AND e.event_uid < $1
               AND (e.batch_id = $5 OR e.charge_id = $6) AND e.status IN ('metered', 'late')
             ORDER BY e.event_uid DESC LIMIT $4)
           UNION ALL
           (SELECT e.event_uid FROM app.usage_entry e
             WHERE e.tenant_id = app.current_tenant() AND $3 AND e.event_uid > $2
               AND (e.batch_id = $5 OR e.charge_id = $6) AND e.status IN ('metered', 'late')
             ORDER BY e.event_uid LIMIT $4))
         ORDER BY u.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names one of the two.
    public init(_ page: Page, batch: UsageBatch.ID?, charge: LateCharge.ID?) {
        parameters = page.parameters + [.optional(batch?.rawValue), .optional(charge?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageRecord {
        try UsageRecord(row)
    }
}
