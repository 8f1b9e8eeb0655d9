public import Jobs
public import Postgres

/// One entry of the ledger, if its cause has not made one already: gives it, or no row. The database numbers it and
/// works out the balance under the client's row lock, and refuses usage below the floor (`credit_floor`).
public struct InsertCreditEntry: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_entry (id, client_id, kind, amount, source_kind, source_id, pricing_id, reason, metadata,
          seq, balance_after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)
        ON CONFLICT (tenant_id, source_kind, source_id) DO NOTHING
        RETURNING id, client_id, seq, kind, amount, balance_after, source_kind, source_id, pricing_id, reason, metadata,
          created_at
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the movement.
    public init(
        _ id: CreditEntry.ID, of client: Client.ID, _ kind: CreditEntry.Kind, _ amount: CreditAmount,
        from source: CreditEntry.Source, pricing: CreditPricing.ID? = nil, reason: String? = nil,
        metadata: String = "{}"
    ) {
        let columns = source.columns
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .text(kind.rawValue), .int(amount.micro), .text(columns.kind),
            .text(columns.id), .optional(pricing?.rawValue), .optional(reason), .json(metadata),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditEntry {
        try CreditEntry(row)
    }
}

/// The entry a cause has made.
public struct FindCreditEntry: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, seq, kind, amount, balance_after, source_kind, source_id, pricing_id, reason, metadata,
          created_at
          FROM app.credit_entry WHERE source_kind = $1 AND source_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the cause.
    public init(from source: CreditEntry.Source) {
        let columns = source.columns
        parameters = [.text(columns.kind), .text(columns.id)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditEntry {
        try CreditEntry(row)
    }
}

/// A client's entries, newest first.
public struct ListCreditEntries: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, seq, kind, amount, balance_after, source_kind, source_id, pricing_id, reason, metadata,
          created_at
          FROM app.credit_entry x
         WHERE x.client_id = $5 AND x.seq IN (
           (SELECT seq FROM app.credit_entry WHERE NOT $3 AND client_id = $5 AND ($6::text IS NULL OR kind = $6)
             AND seq < coalesce((SELECT c.seq FROM app.credit_entry c WHERE c.id = $1 AND c.client_id = $5),
               9223372036854775807) ORDER BY seq DESC LIMIT $4)
           UNION ALL
           (SELECT seq FROM app.credit_entry WHERE $3 AND client_id = $5 AND ($6::text IS NULL OR kind = $6)
             AND seq > coalesce((SELECT c.seq FROM app.credit_entry c WHERE c.id = $2 AND c.client_id = $5), 0)
             ORDER BY seq LIMIT $4))
         ORDER BY x.seq DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom; the kind narrows it.
    public init(of client: Client.ID, _ page: Page, kind: CreditEntry.Kind? = nil) {
        parameters = page.parameters + [.uuid(client.rawValue), .optional(kind?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditEntry {
        try CreditEntry(row)
    }
}

/// What a client can use, and what is set aside; no row: there is no such client.
public struct FindCreditBalance: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce(e.balance_after, 0)::bigint, coalesce(h.held, 0)::bigint, coalesce(e.seq, 0)::bigint
          FROM app.client c
          LEFT JOIN LATERAL (SELECT x.balance_after, x.seq FROM app.credit_entry x
             WHERE x.tenant_id = c.tenant_id AND x.client_id = c.id ORDER BY x.seq DESC LIMIT 1) e ON true
          LEFT JOIN LATERAL (SELECT sum(x.amount) AS held FROM app.credit_hold x
             WHERE x.tenant_id = c.tenant_id AND x.client_id = c.id AND x.status = 'open') h ON true
         WHERE c.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom.
    public init(of client: Client.ID) {
        parameters = [.uuid(client.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditBalance {
        CreditBalance(
            available: CreditAmount(micro: try row.int(0)), held: CreditAmount(micro: try row.int(1)),
            entries: try row.int(2))
    }
}

/// The tenant's rules about clients without credits.
public struct FindCreditPolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT credits_on_exhausted, credits_floor, credits_low_at FROM app.tenant
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPolicy {
        CreditPolicy(
            onExhausted: try row.word(0), floor: CreditAmount(micro: try row.int(1)),
            lowAt: try row.optionalInt(2).map(CreditAmount.init(micro:)))
    }
}

/// New rules.
public struct MarkCreditPolicy: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.tenant SET credits_on_exhausted = $1, credits_floor = $2, credits_low_at = $3
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them.
    public init(_ policy: CreditPolicy) {
        parameters = [
            .text(policy.onExhausted.rawValue), .int(policy.floor.micro), .optional(policy.lowAt?.micro),
        ]
    }
}

/// Clients with an open hold for want of credits: those whom another rule may concern.
public struct ListClientsOutOfCredits: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT client_id FROM app.access_hold WHERE released_at IS NULL AND reason = 'credits_exhausted'
         ORDER BY client_id
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID { try row.id(0) }
}

extension CreditEntry {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), client: try row.id(1), seq: try row.int(2), kind: try row.word(3),
            amount: CreditAmount(micro: try row.int(4)), balanceAfter: CreditAmount(micro: try row.int(5)),
            sourceKind: try row.string(6), sourceID: try row.string(7), pricing: try row.optionalID(8),
            reason: try row.optionalString(9), metadata: try row.json(10), createdAt: try row.timestamp(11))
    }
}
