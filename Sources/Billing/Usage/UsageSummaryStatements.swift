public import Daemon
public import Jobs
public import Postgres

/// What one customer used on one meter in a window, as far as it is on its way.
public struct UsageSum: Sendable {
    /// Where.
    public let meter: Meter.ID
    /// For people.
    public let name: String
    /// What the meter counts.
    public let metric: String
    /// Stripe's id of it.
    public let stripeMeter: String?
    /// Stripe's id of the payer.
    public let customer: String
    /// All of it.
    public let value: Int64
    /// How many events.
    public let events: Int64
    /// What Stripe took.
    public let confirmed: Int64
    /// What Stripe was not told yet.
    public let pending: Int64
    /// Seconds as minutes, to the hundredth.
    public let minutes: String?
    /// When Stripe was told last.
    public let lastAt: Timestamp?
    /// Its names of the latest batches, newest first.
    public let identifiers: [String]
}

/// Usage of one client, of one meter, or of both, in a window; the current period where none is told.
public struct SumUsage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT meter_id, display_name, metric, stripe_meter, stripe_customer, value, events, confirmed, pending,
          minutes,
               last_at, identifiers
          FROM app.sum_usage($1, $2, to_timestamp($3::bigint), to_timestamp($4::bigint), $5, $6)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// More rows are another page; one beyond tells that there is one.
    public static let rowsMax = 500

    /// Of a client, of a meter; from the first moment, before the last one; of customers after one of them.
    public init(
        client: Client.ID? = nil, meter: Meter.ID? = nil, from: Int64, until: Int64, after customer: String? = nil
    ) {
        parameters = [
            .optional(client?.rawValue), .optional(meter?.rawValue), .int(from), .int(until), .optional(customer),
            .int(Int64(Self.rowsMax) + 1),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageSum {
        try UsageSum(
            meter: row.id(0), name: row.string(1), metric: row.string(2), stripeMeter: row.optionalString(3),
            customer: row.string(4), value: row.int(5), events: row.int(6), confirmed: row.int(7), pending: row.int(8),
            minutes: row.optionalString(9), lastAt: row.optionalTimestamp(10), identifiers: row.strings(11))
    }
}

/// The period a client's running subscription is in: what its usage is shown for. Nothing without one.
public struct FindUsagePeriod: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT current_period_start, current_period_end FROM app.subscription
         WHERE client_id = $1 AND current_period_start IS NOT NULL AND status NOT IN ('canceled', 'incomplete_expired')
         ORDER BY id DESC LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client.
    public init(of client: Client.ID) { parameters = [.uuid(client.rawValue)] }

    /// Reads a row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (start: Timestamp, end: Timestamp?) {
        (try row.timestamp(0), try row.optionalTimestamp(1))
    }
}

/// The differences that were seen, newest first.
public struct ListUsageDrifts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, meter_id, stripe_customer, from_at, until_at, events_total, batches_total, stripe_total,
               first_seen_at, resolved_at
          FROM app.usage_drift x
         WHERE x.id IN (
           (SELECT id FROM app.usage_drift x WHERE NOT $3 AND id < $1 AND ($5::boolean IS NULL
             OR (resolved_at IS NULL) = $5) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.usage_drift x WHERE $3 AND id > $2 AND ($5::boolean IS NULL
             OR (resolved_at IS NULL) = $5) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `open` narrows it to those that are still there, or gone.
    public init(_ page: Page, open: Bool? = nil) { parameters = page.parameters + [.optional(open)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UsageDrift {
        try UsageDrift(
            id: row.id(0), meter: row.id(1), customer: row.string(2), from: row.timestamp(3), until: row.timestamp(4),
            eventsTotal: row.int(5), batchesTotal: row.int(6), stripeTotal: row.optionalInt(7),
            firstSeenAt: row.timestamp(8), resolvedAt: row.optionalTimestamp(9))
    }
}

/// What becomes of usage whose period is billed already.
public struct FindLatePolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT late_usage FROM app.tenant"

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> LatePolicy { try row.word(0) }
}

/// From now on.
public struct MarkLatePolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "UPDATE app.tenant SET late_usage = $1"
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ policy: LatePolicy) { parameters = [.text(policy.rawValue)] }
}

/// What becomes of usage whose period is billed already.
public enum LatePolicy: String, CaseIterable, Sendable {
    /// It is billed with the period that runs.
    case nextPeriod = "next_period"
    /// It is listed with its amount, for an invoice of its own.
    case oneOffInvoice = "one_off_invoice"
    /// It is listed and given up.
    case writeOff = "write_off"
}
