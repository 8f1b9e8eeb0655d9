public import Jobs
public import Postgres

/// A new import; the database refuses a second one of the same kind while one runs.
public struct InsertImport: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.import (id, what, account_id) SELECT $1, $2, (SELECT c.account_id FROM app.connection c)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Import.ID, _ what: Import.What) { parameters = [.uuid(id.rawValue), .text(what.rawValue)] }
}

/// One import with its counts.
public struct FindImport: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT m.id, m.what, m.status, m.account_id, m.problem, m.created_at, m.read_at, m.confirmed_at, m.finished_at,
               count(i.id) FILTER (WHERE i.verdict = 'known'), count(i.id) FILTER (WHERE i.verdict = 'match'),
               count(i.id) FILTER (WHERE i.verdict = 'conflict'), count(i.id) FILTER (WHERE i.verdict = 'new'),
               count(i.id) FILTER (WHERE i.outcome = 'linked'), count(i.id) FILTER (WHERE i.outcome = 'created'),
               count(i.id) FILTER (WHERE i.outcome = 'skipped'), count(i.id) FILTER (WHERE i.outcome = 'failed')
          FROM app.import m LEFT JOIN app.import_item i ON i.tenant_id = m.tenant_id AND i.import_id = m.id
         WHERE m.id = $1 GROUP BY m.tenant_id, m.id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Import { try Import(row) }
}

/// Imports, newest first.
public struct ListImports: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT m.id, m.what, m.status, m.account_id, m.problem, m.created_at, m.read_at, m.confirmed_at, m.finished_at,
               count(i.id) FILTER (WHERE i.verdict = 'known'), count(i.id) FILTER (WHERE i.verdict = 'match'),
               count(i.id) FILTER (WHERE i.verdict = 'conflict'), count(i.id) FILTER (WHERE i.verdict = 'new'),
               count(i.id) FILTER (WHERE i.outcome = 'linked'), count(i.id) FILTER (WHERE i.outcome = 'created'),
               count(i.id) FILTER (WHERE i.outcome = 'skipped'), count(i.id) FILTER (WHERE i.outcome = 'failed')
          FROM app.import m LEFT JOIN app.import_item i ON i.tenant_id = m.tenant_id AND i.import_id = m.id
         WHERE m.id IN (
           (SELECT x.id FROM app.import x WHERE NOT $3 AND x.id < $1 AND ($5::text IS NULL OR x.what = $5)
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.import x WHERE $3 AND x.id > $2 AND ($5::text IS NULL OR x.what = $5)
             ORDER BY x.id LIMIT $4))
         GROUP BY m.tenant_id, m.id ORDER BY m.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `what` narrows it.
    public init(_ page: Page, what: Import.What?) { parameters = page.parameters + [.optional(what?.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Import { try Import(row) }
}

/// An import's items, newest first.
public struct ListImportItems: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT m.id, m.stripe_id, m.facts, m.verdict, m.reason,
               coalesce(m.row_id, (SELECT p.id FROM app.product p WHERE p.stripe_product = m.stripe_id)),
               m.candidates, m.decision, m.outcome, m.problem
          FROM app.import_item m
         WHERE m.import_id = $5 AND m.id IN (
           (SELECT x.id FROM app.import_item x WHERE x.import_id = $5 AND NOT $3 AND x.id < $1
               AND ($6::text IS NULL OR x.verdict = $6) AND ($7::text IS NULL OR x.outcome = $7)
             ORDER BY x.id DESC LIMIT $4)
           UNION ALL
           (SELECT x.id FROM app.import_item x WHERE x.import_id = $5 AND $3 AND x.id > $2
               AND ($6::text IS NULL OR x.verdict = $6) AND ($7::text IS NULL OR x.outcome = $7)
             ORDER BY x.id LIMIT $4))
         ORDER BY m.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `verdict` and `outcome` narrow it.
    public init(
        _ page: Page, of id: Import.ID, verdict: ImportItem.Verdict? = nil, outcome: ImportItem.Outcome? = nil
    ) {
        parameters =
            page.parameters + [.uuid(id.rawValue), .optional(verdict?.rawValue), .optional(outcome?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> ImportItem { try ImportItem(row) }
}

/// What the caller wants done with one item, before the import is confirmed. No row: there is no such item, or the
/// client named is not free to be it.
public struct MarkItemDecided: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import_item i SET decision = $3, row_id = coalesce($4::uuid, CASE WHEN $3 = 'link' THEN row_id END)
         WHERE i.import_id = $1 AND i.stripe_id = $2 AND i.verdict <> 'known'
           AND ($3 <> 'link' OR EXISTS (SELECT 1 FROM app.client c WHERE c.id = coalesce($4::uuid, i.row_id)
                                           AND c.stripe_customer IS NULL AND c.access_state <> 'closed'))
           AND ($3 = 'skip' OR i.reason IS NULL OR i.reason NOT IN ('customer_unknown', 'price_unknown'))
        RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `client` is whom it becomes.
    public init(_ id: Import.ID, _ stripeID: String, _ decision: ImportItem.Decision, client: Client.ID?) {
        parameters = [
            .uuid(id.rawValue), .text(stripeID), .text(decision.rawValue), .optional(client?.rawValue),
        ]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// Conflicts nobody decided about: how many, and the first of them.
public struct FindOpenConflicts: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT count(*), coalesce((array_agg(stripe_id ORDER BY stripe_id))[1:10], '{}') FROM app.import_item
         WHERE import_id = $1 AND verdict = 'conflict' AND decision IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> (count: Int64, some: [String]) {
        (try row.int(0), try row.strings(1))
    }
}

/// What was not decided by the caller is decided by its verdict.
public struct MarkItemsDecided: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import_item
           SET decision = CASE verdict WHEN 'match' THEN 'link' WHEN 'new' THEN 'create' ELSE 'skip' END
         WHERE import_id = $1 AND decision IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }
}

/// The import was confirmed; gives a row only the first time.
public struct MarkImportConfirmed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.import SET status = 'applying', confirmed_at = now()
         WHERE id = $1 AND status = 'ready' RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the import.
    public init(_ id: Import.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

extension Import {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), what: try row.word(1), status: try row.word(2), accountID: try row.optionalString(3),
            problem: try row.optionalJSON(4), createdAt: try row.timestamp(5), readAt: try row.optionalTimestamp(6),
            confirmedAt: try row.optionalTimestamp(7), finishedAt: try row.optionalTimestamp(8),
            counts: Counts(
                known: try row.int(9), match: try row.int(10), conflict: try row.int(11), new: try row.int(12),
                linked: try row.int(13), created: try row.int(14), skipped: try row.int(15), failed: try row.int(16)))
    }
}

extension ImportItem {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), stripeID: try row.string(1), facts: try row.json(2), verdict: try row.optionalWord(3),
            reason: try row.optionalString(4), row: try row.optionalUUID(5), candidates: try row.uuids(6),
            decision: try row.optionalWord(7), outcome: try row.optionalWord(8), problem: try row.optionalJSON(9))
    }
}
