public import Jobs
public import Postgres

/// A client's standing order.
public struct FindAutoTopUp: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT client_id, threshold, amount, currency, monthly_cap, return_url, status, failures, next_try_at,
          capped_in, problem, updated_at
          FROM app.credit_auto_topup WHERE client_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> AutoTopUp {
        AutoTopUp(
            client: try row.id(0), threshold: CreditAmount(micro: try row.int(1)), amount: try row.int(2),
            currency: try row.currency(3), monthlyCap: try row.int(4), returnURL: try row.optionalString(5),
            status: try row.word(6), failures: Int(try row.int32(7)), nextTryAt: try row.optionalTimestamp(8),
            cappedIn: try row.optionalString(9), problem: try row.optionalJSON(10), updatedAt: try row.timestamp(11))
    }
}

/// What this month's top-ups of a client have come to (UTC, by the database's clock).
public struct FindTopUpMonth: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM'),
               (date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC',
               coalesce(sum(x.amount) FILTER (WHERE x.status NOT IN ('failed', 'expired')
                 AND x.created_at >= date_trunc('month', now(), 'UTC') AND x.currency = $2), 0)::bigint,
               coalesce(bool_or(x.status IN ('preparing', 'processing', 'open', 'needs_action')), false)
          FROM app.credit_purchase x WHERE x.client_id = $1 AND x.origin = 'auto_topup'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom, in which money.
    public init(of client: Client.ID, in currency: Currency) {
        parameters = [.uuid(client.rawValue), .text(currency.code)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> TopUpMonth {
        TopUpMonth(
            name: try row.string(0), end: try row.timestamp(1), spent: try row.int(2), isUnderWay: try row.bool(3))
    }
}

/// A client's standing order, new or anew: it is on, and earlier failures are forgotten.
public struct InsertAutoTopUp: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_auto_topup (client_id, threshold, amount, currency, monthly_cap, return_url)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (tenant_id, client_id) DO UPDATE
           SET threshold = EXCLUDED.threshold, amount = EXCLUDED.amount, currency = EXCLUDED.currency,
               monthly_cap = EXCLUDED.monthly_cap, return_url = EXCLUDED.return_url, status = 'on', failures = 0,
               next_try_at = NULL, capped_in = NULL, problem = NULL, updated_at = now()
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        of client: Client.ID, threshold: CreditAmount, amount: Money, monthlyCap: Int64, returnURL: String?
    ) {
        parameters = [
            .uuid(client.rawValue), .int(threshold.micro), .int(amount.amount), .text(amount.currency.code),
            .int(monthlyCap), .optional(returnURL),
        ]
    }
}

/// The order is withdrawn; gives no row when there was none.
public struct DeleteAutoTopUp: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        DELETE FROM app.credit_auto_topup WHERE client_id = $1 RETURNING client_id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID {
        try row.id(0)
    }
}

/// Where the order stands after a try.
public struct MarkAutoTopUp: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_auto_topup SET status = $2, failures = $3, next_try_at = $4, problem = $5, capped_in = $6,
          updated_at = now()
         WHERE client_id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// As the value says.
    public init(_ order: AutoTopUp) {
        parameters = [
            .uuid(order.client.rawValue), .text(order.status.rawValue), .int(Int64(order.failures)),
            .optional(order.nextTryAt), .optional(json: order.problem), .optional(order.cappedIn),
        ]
    }
}
