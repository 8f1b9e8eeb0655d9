public import Daemon
public import Jobs
public import Postgres

/// One hold.
public struct FindCreditHold: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, amount, captured, status, reason, expires_at, ended_at, created_at
          FROM app.credit_hold WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditHold.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditHold {
        try CreditHold(row)
    }
}

/// A client's holds, newest first.
public struct ListCreditHolds: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, amount, captured, status, reason, expires_at, ended_at, created_at
          FROM app.credit_hold x
         WHERE x.id IN (
           (SELECT id FROM app.credit_hold WHERE NOT $3 AND id < $1 AND client_id = $5
             AND ($6::text IS NULL OR status = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.credit_hold WHERE $3 AND id > $2 AND client_id = $5
             AND ($6::text IS NULL OR status = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Of whom; the status narrows it.
    public init(of client: Client.ID, _ page: Page, status: CreditHold.Status? = nil) {
        parameters = page.parameters + [.uuid(client.rawValue), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditHold {
        try CreditHold(row)
    }
}

/// A new hold. Its ledger entry is made in the same transaction, or there is neither.
public struct InsertCreditHold: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_hold (id, client_id, amount, reason, expires_at) VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        _ id: CreditHold.ID, of client: Client.ID, _ amount: CreditAmount, reason: String?, expiresAt: Timestamp
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .int(amount.micro), .optional(reason), .timestamp(expiresAt),
        ]
    }
}

/// An open hold ends; gives no row when it has ended already.
public struct MarkCreditHoldEnded: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_hold SET status = $2, captured = $3, ended_at = now() WHERE id = $1 AND status = 'open'
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it, how it ended, and how many were used.
    public init(_ id: CreditHold.ID, _ status: CreditHold.Status, captured: CreditAmount) {
        parameters = [.uuid(id.rawValue), .text(status.rawValue), .int(captured.micro)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditHold.ID {
        try row.id(0)
    }
}

extension CreditHold {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), client: try row.id(1), amount: CreditAmount(micro: try row.int(2)),
            captured: CreditAmount(micro: try row.int(3)), status: try row.word(4), reason: try row.optionalString(5),
            expiresAt: try row.timestamp(6), endedAt: try row.optionalTimestamp(7), createdAt: try row.timestamp(8))
    }
}
