public import Jobs
public import Postgres

/// Ends walks whose command ended without them: a dead one must not keep the next from beginning.
struct MarkReconciliationsLost: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        UPDATE app.reconciliation r SET status = 'failed', finished_at = now(),
               problem = jsonb_build_object('code', 'command_dead', 'detail', 'Its command was given up or canceled.')
         WHERE r.status = 'running' AND EXISTS (SELECT 1 FROM app.command c WHERE c.target_id = r.id)
           AND NOT EXISTS (SELECT 1 FROM app.command c WHERE c.target_id = r.id AND c.outcome IS NULL)
        """
    let parameters: [Parameter] = []
}

/// A new walk through the connected account; gives no row while another one runs.
struct InsertReconciliation: Statement {
    typealias Scope = TenantScope
    static let sql: StaticString = """
        INSERT INTO app.reconciliation (id, cause, account_id)
        SELECT $1, $2, (SELECT k.account_id FROM app.connection k)
        ON CONFLICT (tenant_id) WHERE status = 'running' DO NOTHING RETURNING true
        """
    let parameters: [Parameter]

    init(_ id: Reconciliation.ID, _ cause: Reconciliation.Cause) {
        parameters = [.uuid(id.rawValue), .text(cause.rawValue)]
    }

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// One walk.
public struct FindReconciliation: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.cause, x.status, x.account_id, x.stage, x.cursor, x.compared, x.new_items, x.known_items,
               x.gone_items, x.problem, x.created_at, x.finished_at,
               (SELECT count(*) FROM app.reconciliation_page p
                 WHERE p.tenant_id = x.tenant_id AND p.reconciliation_id = x.id)
          FROM app.reconciliation x WHERE x.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row.
    public init(_ id: Reconciliation.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Reconciliation {
        try Reconciliation(row)
    }
}

/// Walks, newest first.
public struct ListReconciliations: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.cause, x.status, x.account_id, x.stage, x.cursor, x.compared, x.new_items, x.known_items,
               x.gone_items, x.problem, x.created_at, x.finished_at,
               (SELECT count(*) FROM app.reconciliation_page p
                 WHERE p.tenant_id = x.tenant_id AND p.reconciliation_id = x.id)
          FROM app.reconciliation x
         WHERE x.id IN (
           (SELECT y.id FROM app.reconciliation y WHERE NOT $3 AND y.id < $1 ORDER BY y.id DESC LIMIT $4)
           UNION ALL
           (SELECT y.id FROM app.reconciliation y WHERE $3 AND y.id > $2 ORDER BY y.id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the page.
    public init(_ page: Page) { parameters = page.parameters }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Reconciliation {
        try Reconciliation(row)
    }
}

/// The newest questions of a walk, newest first.
public struct ListReconciliationPages: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT number, stage, objects, stripe_request_id, at FROM app.reconciliation_page
         WHERE reconciliation_id = $1 ORDER BY number DESC LIMIT 100
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the walk.
    public init(of id: Reconciliation.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Reconciliation.Page {
        Reconciliation.Page(
            number: Int(try row.int(0)), stage: try row.word(1), objects: Int(try row.int(2)),
            requestID: try row.optionalString(3), at: try row.timestamp(4))
    }
}

/// A question was answered: what came.
public struct InsertReconciliationPage: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.reconciliation_page (reconciliation_id, number, stage, objects, stripe_request_id)
        VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The next question of a walk in the stage it is in.
    public init(of walk: Reconciliation, objects: Int, requestID: String?) {
        parameters = [
            .uuid(walk.id.rawValue), .int(Int64(walk.pages) + 1), .text(walk.stage.rawValue), .int(Int64(objects)),
            .optional(requestID),
        ]
    }
}

/// A page was compared: how many objects of a kind were in it, and where the next one begins.
public struct MarkReconciliationRead: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.reconciliation SET stage = $2, cursor = $3, known_items = known_items + $6,
               compared = compared || jsonb_build_object($4::text, coalesce((compared ->> $4)::bigint, 0) + $5)
         WHERE id = $1 AND status = 'running'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `cursor` is Stripe's id of the last object, nil at the beginning of a stage.
    public init(
        _ id: Reconciliation.ID, next stage: Reconciliation.Stage, after cursor: String?, _ kind: DriftItem.ObjectKind,
        compared: Int, known: Int64
    ) {
        parameters = [
            .uuid(id.rawValue), .text(stage.rawValue), .optional(cursor), .text(kind.rawValue), .int(Int64(compared)),
            .int(known),
        ]
    }
}

/// The walk is over. What it saw, and what earlier ones suspected and it did not see, is forgotten.
public struct MarkReconciliationDone: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH sights AS (DELETE FROM app.reconciliation_sight WHERE reconciliation_id = $1),
             suspicions AS (DELETE FROM app.drift_item WHERE status = 'suspected')
        UPDATE app.reconciliation SET status = 'done', finished_at = now() WHERE id = $1 AND status = 'running'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the walk.
    public init(_ id: Reconciliation.ID) { parameters = [.uuid(id.rawValue)] }
}

/// A list of Stripe's cannot be read: nothing is closed by this walk.
public struct MarkReconciliationFailed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH sights AS (DELETE FROM app.reconciliation_sight WHERE reconciliation_id = $1)
        UPDATE app.reconciliation SET status = 'failed', problem = $2, finished_at = now()
         WHERE id = $1 AND status = 'running'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `problem` is JSON text.
    public init(_ id: Reconciliation.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }
}

extension Reconciliation {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), cause: try row.word(1), status: try row.word(2), accountID: try row.optionalString(3),
            stage: try row.word(4), cursor: try row.optionalString(5), compared: try row.json(6),
            newItems: try row.int(7), knownItems: try row.int(8), goneItems: try row.int(9),
            problem: try row.optionalJSON(10), createdAt: try row.timestamp(11),
            finishedAt: try row.optionalTimestamp(12), pages: Int(try row.int(13)))
    }
}
