public import Daemon
internal import FoundationEssentials
public import Jobs
public import Postgres

/// A batch and the meter it is for.
public struct SendableBatch: Sendable {
    /// What is sent.
    public let batch: UsageBatch
    /// What the meter is named by.
    public let eventName: String
    /// The payload's name of the customer.
    public let customerKey: String
    /// The payload's name of the quantity.
    public let valueKey: String
    /// Stripe's id of the meter.
    public let stripeMeter: String?
    /// Whether the meter takes events.
    public let isMeterActive: Bool
    /// Stripe's memory of its name is nearly over: what is not answered must not be sent again unseen.
    public let mustCompare: Bool
    /// And its sums may not hold the last attempt yet: neither sent nor compared for now.
    public let mustRest: Bool
    /// Stripe takes no usage of that day any more.
    public let isTooOld: Bool
    /// The customer stayed in an account that was left.
    public let isCustomerLeft: Bool
}

/// One batch.
public struct FindUsageBatch: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT b.id, b.meter_id, b.stripe_customer, b.at, b.value, b.events, b.status, b.identifier, b.first_attempt_at,
               m.event_name, m.customer_key, m.value_key, m.stripe_meter, m.status = 'active',
               coalesce(b.first_attempt_at < now() - interval '23 hours', false),
               b.first_attempt_at BETWEEN now() - interval '23 hours 30 minutes' AND now() - interval '23 hours',
               b.at < now() - interval '35 days', app.left_account(b.stripe_customer) IS NOT NULL
          FROM app.usage_batch b JOIN app.meter m ON m.tenant_id = b.tenant_id AND m.id = b.meter_id
         WHERE b.id = $1 FOR UPDATE OF b
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: UsageBatch.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> SendableBatch {
        try SendableBatch(
            batch: UsageBatch(
                id: row.id(0), meter: row.id(1), customer: row.string(2), at: row.timestamp(3), value: row.int(4),
                events: Int(row.int(5)), status: row.word(6), identifier: row.optionalString(7),
                firstAttemptAt: row.optionalTimestamp(8)),
            eventName: row.string(9), customerKey: row.string(10), valueKey: row.string(11),
            stripeMeter: row.optionalString(12), isMeterActive: row.bool(13), mustCompare: row.bool(14),
            mustRest: row.optionalBool(15) ?? false, isTooOld: row.bool(16), isCustomerLeft: row.bool(17))
    }
}

/// Nothing is added to it any more, and Stripe is about to be asked. The identifier is the row's own, so that whoever
/// sends it again sends the same; one that was proven not to have arrived gets another.
public struct MarkBatchSent: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.usage_batch SET status = 'sent', first_attempt_at = now(),
               identifier = 'tg-' || replace(id::text, '-', '') || coalesce('-' || (CASE WHEN identifier IS NULL THEN
                 NULL
                   ELSE 2 + coalesce(substring(identifier FROM '^tg-[0-9a-f]{32}-([0-9]+)$')::int
                     - 1, 0) END)::text, '')
         WHERE id = $1 RETURNING identifier
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: UsageBatch.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}

/// How it ended.
public struct MarkBatchOver: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.usage_batch SET status = $2, problem = $3,
               confirmed_at = CASE WHEN $2 = 'confirmed' THEN now() ELSE confirmed_at END
         WHERE id = $1 AND status <> 'rejected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ id: UsageBatch.ID, _ status: UsageBatch.Status, problem: String? = nil) {
        parameters = [.uuid(id.rawValue), .text(status.rawValue), .optional(json: problem)]
    }
}

/// The events of a batch that does not count are not metered, each with the reason; gives how many of which agents.
public struct MarkBatchEntriesRejected: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH gone AS (
          UPDATE app.usage_entry e SET status = 'not_metered', reason = $2, batch_id = NULL
           WHERE e.tenant_id = app.current_tenant() AND e.batch_id = $1 AND e.status IN ('metered', 'late')
          RETURNING e.event_uid)
        SELECT u.agent_id, count(*), min(u.id::text)::uuid
          FROM gone g JOIN app.usage_event u ON u.tenant_id = app.current_tenant() AND u.id = g.event_uid GROUP BY 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the batch and the reason.
    public init(of batch: UsageBatch.ID, reason: String) { parameters = [.uuid(batch.rawValue), .text(reason)] }

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (agent: Agent.ID, events: Int64, event: UsageEvent.ID) {
        (try row.id(0), try row.int(1), try row.id(2))
    }
}

/// The batch that Stripe names.
public struct FindBatchByIdentifier: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.usage_batch WHERE tenant_id = app.current_tenant() AND identifier = $1
          AND status <> 'rejected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ identifier: String) { parameters = [.text(identifier)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageBatch.ID { try row.id(0) }
}

/// What the other batches of the same customer, meter and minute add up to, as far as Stripe has them.
public struct SumOtherBatches: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce(sum(o.value), 0)::bigint FROM app.usage_batch b JOIN app.usage_batch o
            ON o.tenant_id = b.tenant_id AND o.meter_id = b.meter_id AND o.stripe_customer = b.stripe_customer
           AND o.id <> b.id AND o.status = 'confirmed' AND date_trunc('minute', o.at) = date_trunc('minute', b.at)
         WHERE b.tenant_id = app.current_tenant() AND b.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the one that is not counted.
    public init(except batch: UsageBatch.ID) { parameters = [.uuid(batch.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// The next customer and meter to compare in a window.
public struct FindNextCheck: Statement {
    /// What two of the three say.
    public struct Pair: Sendable {
        /// On which meter.
        public let meter: Meter.ID
        /// Whose.
        public let customer: String
        /// Stripe's id of the meter.
        public let stripeMeter: String
        /// What the events add up to.
        public let events: Int64
        /// What the batches add up to.
        public let batches: Int64
    }

    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT meter_id, customer, stripe_meter, events_total, batches_total
          FROM app.next_usage_check(to_timestamp($1::bigint), to_timestamp($2::bigint), $3, $4)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// After one of them, or the first.
    public init(from: Int64, until: Int64, meter: Meter.ID? = nil, customer: String? = nil) {
        parameters = [.int(from), .int(until), .optional(meter?.rawValue), .optional(customer)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Pair {
        try Pair(
            meter: row.id(0), customer: row.string(1), stripeMeter: row.string(2), events: row.int(3),
            batches: row.int(4))
    }
}

/// A difference, seen now: a new one, or one that is still there.
public struct InsertUsageDrift: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.usage_drift AS d (id, meter_id, stripe_customer, from_at, until_at, events_total, batches_total,
          stripe_total)
        VALUES ($1, $2, $3, to_timestamp($4::bigint), to_timestamp($5::bigint), $6, $7, $8)
        ON CONFLICT (tenant_id, meter_id, stripe_customer, from_at) WHERE resolved_at IS NULL DO UPDATE
           SET events_total = excluded.events_total, batches_total = excluded.batches_total,
               stripe_total = excluded.stripe_total, until_at = excluded.until_at, last_seen_at = now()
        RETURNING d.id, d.xmax = 0
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the three sums; `stripe` is nil when it could not be asked.
    public init(
        _ id: UsageDrift.ID, meter: Meter.ID, customer: String, from: Int64, until: Int64, events: Int64,
        batches: Int64, stripe: Int64?
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(meter.rawValue), .text(customer), .int(from), .int(until), .int(events),
            .int(batches), .optional(stripe),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (id: UsageDrift.ID, isNew: Bool) {
        (try row.id(0), try row.bool(1))
    }
}

/// The sums are equal: a difference that was seen is gone.
public struct MarkUsageDriftResolved: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.usage_drift SET resolved_at = now()
         WHERE meter_id = $1 AND stripe_customer = $2 AND from_at = to_timestamp($3::bigint) AND resolved_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names what was compared.
    public init(meter: Meter.ID, customer: String, from: Int64) {
        parameters = [.uuid(meter.rawValue), .text(customer), .int(from)]
    }
}

/// When the periods of running subscriptions that are metered end soon: to flush before and after.
public struct ListPeriodEnds: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT subscription_id, ends_at FROM app.usage_period_ends()
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (id: Subscription.ID, end: Timestamp)
    {
        (try row.id(0), try row.timestamp(1))
    }
}
