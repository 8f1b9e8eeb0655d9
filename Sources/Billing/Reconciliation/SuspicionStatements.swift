public import Daemon
internal import FoundationEssentials
public import Jobs
public import Postgres

// How a difference becomes an item: a walk suspects it, and looks at its object once more when webhooks and commands
// have had their time.

/// Which of our objects Stripe showed, for what of ours is missing there.
public struct InsertSights: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.reconciliation_sight (reconciliation_id, stripe_id)
        SELECT $1, s FROM unnest($2::text[]) s
         WHERE EXISTS (SELECT 1 FROM app.client x WHERE x.stripe_customer = s)
            OR EXISTS (SELECT 1 FROM app.subscription x WHERE x.stripe_subscription = s)
            OR EXISTS (SELECT 1 FROM app.invoice x WHERE x.stripe_invoice = s)
            OR EXISTS (SELECT 1 FROM app.product x WHERE x.stripe_product = s)
            OR EXISTS (SELECT 1 FROM app.price x WHERE x.stripe_price = s)
            OR EXISTS (SELECT 1 FROM app.coupon x WHERE x.stripe_coupon = s)
        ON CONFLICT DO NOTHING
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the objects.
    public init(_ id: Reconciliation.ID, _ objects: [String]) { parameters = [.uuid(id.rawValue), .texts(objects)] }
}

/// Differences as a page showed them: new ones are suspected, known ones are still there. Gives how many were known. A
/// dismissed one with other values is left as it is, and so is a known one while something is on its way: their objects
/// are looked at before the walk ends. What is on its way may still be suspected: by then it has come, or is none.
public struct InsertSuspicions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH put AS (
          INSERT INTO app.drift_item AS d (id, reconciliation_id, kind, object_kind, row_id, stripe_id, field, ours,
            theirs, amount, currency)
          SELECT s.id, $1, s.kind, $2, s.row_id, s.stripe_id, s.field, s.ours, s.theirs, s.amount, s.currency
            FROM jsonb_to_recordset($3::jsonb) AS s(id uuid, kind text, row_id uuid, stripe_id text, field text,
              ours text, theirs text, amount bigint, currency text, settled boolean)
           WHERE s.settled OR NOT EXISTS (
             SELECT 1 FROM app.drift_item k WHERE k.object_kind = $2 AND k.stripe_id = s.stripe_id AND k.field = s.field
                AND k.status IN ('open', 'dismissed'))
          ON CONFLICT (tenant_id, object_kind, stripe_id, field) WHERE status IN ('suspected', 'open', 'dismissed')
          DO UPDATE SET reconciliation_id = excluded.reconciliation_id, kind = excluded.kind, row_id = excluded.row_id,
               ours = excluded.ours, theirs = excluded.theirs, amount = excluded.amount, currency = excluded.currency,
               last_seen_at = now()
             WHERE d.status <> 'dismissed'
                OR (d.ours IS NOT DISTINCT FROM excluded.ours AND d.theirs IS NOT DISTINCT FROM excluded.theirs)
          RETURNING d.status
        )
        SELECT count(*) FILTER (WHERE status <> 'suspected') FROM put
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States what a walk saw.
    public init(
        _ walk: Reconciliation.ID, _ kind: DriftItem.ObjectKind, _ differences: [Difference], at now: Timestamp
    ) throws {
        parameters = [
            .uuid(walk.rawValue), .text(kind.rawValue), .json(try DifferenceRow.text(of: differences, at: now)),
        ]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// What Stripe should have of one kind, and what a whole walk through its list did not show. Left out is what was made
/// since the walk began, or is being changed.
public struct InsertMissing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.drift_item AS d (id, reconciliation_id, kind, object_kind, row_id, stripe_id, field, ours,
          amount, currency)
        SELECT app.uuid_v7(), r.id, 'missing_at_stripe', o.kind, o.id, o.stripe_id, 'object', 'exists',
               coalesce(w.amount, o.amount), coalesce(w.currency, o.currency)
          FROM app.reconciliation r JOIN app.kept_at_stripe o ON o.kind = $2
          LEFT JOIN LATERAL app.subscription_worth(o.id) w ON o.kind = 'subscription'
         WHERE r.id = $1 AND o.created_at < r.created_at AND app.is_settled(ARRAY[o.id], o.stripe_id, NULL, NULL)
           AND NOT EXISTS (SELECT 1 FROM app.reconciliation_sight g
                            WHERE g.reconciliation_id = r.id AND g.stripe_id = o.stripe_id)
        ON CONFLICT (tenant_id, object_kind, stripe_id, field) WHERE status IN ('suspected', 'open', 'dismissed')
        DO UPDATE SET reconciliation_id = excluded.reconciliation_id, last_seen_at = now() WHERE d.status = 'suspected'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the walk and the kind.
    public init(_ id: Reconciliation.ID, _ object: DriftItem.ObjectKind) {
        parameters = [.uuid(id.rawValue), .text(object.rawValue)]
    }
}

/// That Stripe should have an object, and has not: a look at it found nothing. No row: it need not be there.
public struct FindMissingAtStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT 'missing_at_stripe', o.id, o.stripe_id, 'object', 'exists', NULL::text, coalesce(w.amount, o.amount),
               coalesce(w.currency, o.currency), app.is_settled(ARRAY[o.id], o.stripe_id, o.updated_at, $3)
          FROM app.kept_at_stripe o LEFT JOIN LATERAL app.subscription_worth(o.id) w ON o.kind = 'subscription'
         WHERE o.kind = $1 AND o.stripe_id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it; `moment` is before it was asked for.
    public init(_ kind: DriftItem.ObjectKind, _ stripeID: String, askedAt moment: Timestamp) {
        parameters = [.text(kind.rawValue), .text(stripeID), .timestamp(moment)]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Difference { try Difference(row) }
}

/// The object that a walk has to look at next: one that is suspected, or one with an item that the walk did not see.
public struct FindNextSuspect: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT d.object_kind, d.stripe_id, d.row_id,
               CASE WHEN d.status = 'suspected' THEN d.last_seen_at + make_interval(secs => t.settle_seconds)
                    ELSE now() END
          FROM app.drift_item d JOIN app.tenant t ON t.tenant_id = d.tenant_id
         WHERE (d.status = 'suspected' AND d.reconciliation_id = $1)
            OR (d.status IN ('open', 'dismissed') AND d.reconciliation_id <> $1)
         ORDER BY d.last_seen_at, d.id LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the walk.
    public init(of id: Reconciliation.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DriftSuspect {
        DriftSuspect(
            kind: try row.word(0), stripeID: try row.string(1), row: try row.optionalUUID(2),
            dueAt: try row.timestamp(3))
    }
}

/// An object was looked at: what differs is an item from now on, what was suspected wrongly is forgotten, what differed
/// and does no more is gone. Of what is on its way nothing new is said. Gives the items that are open since now.
public struct MarkSuspectExamined: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH seen AS (
          SELECT * FROM jsonb_to_recordset($4::jsonb) AS s(id uuid, kind text, row_id uuid, stripe_id text, field text,
            ours text, theirs text, amount bigint, currency text, settled boolean)
        ), before AS (
          SELECT * FROM app.drift_item
           WHERE object_kind = $2 AND stripe_id = $3 AND status IN ('suspected', 'open', 'dismissed')
        ), kept AS (
          INSERT INTO app.drift_item AS d (id, reconciliation_id, kind, object_kind, row_id, stripe_id, field, ours,
            theirs, amount, currency, status)
          SELECT s.id, $1, s.kind, $2, s.row_id, $3, s.field, s.ours, s.theirs, s.amount, s.currency, 'open'
            FROM seen s WHERE s.settled
          ON CONFLICT (tenant_id, object_kind, stripe_id, field) WHERE status IN ('suspected', 'open', 'dismissed')
          DO UPDATE SET reconciliation_id = excluded.reconciliation_id, kind = excluded.kind, row_id = excluded.row_id,
               ours = excluded.ours, theirs = excluded.theirs, amount = excluded.amount, currency = excluded.currency,
               last_seen_at = now(),
               status = CASE WHEN d.status = 'dismissed' AND d.ours IS NOT DISTINCT FROM excluded.ours
                 AND d.theirs IS NOT DISTINCT FROM excluded.theirs THEN 'dismissed' ELSE 'open' END,
               closed_at = CASE WHEN d.status = 'dismissed' AND d.ours IS NOT DISTINCT FROM excluded.ours
                 AND d.theirs IS NOT DISTINCT FROM excluded.theirs THEN d.closed_at END
          RETURNING d.id, d.field, d.status
        ), waiting AS (
          UPDATE app.drift_item d SET reconciliation_id = $1 FROM before b, seen s
           WHERE d.id = b.id AND b.status <> 'suspected' AND s.field = b.field AND NOT s.settled
        ), gone AS (
          UPDATE app.drift_item d SET status = 'gone', closed_at = now() FROM before b
           WHERE d.id = b.id AND b.status <> 'suspected' AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.field = b.field)
          RETURNING 1
        ), dropped AS (
          DELETE FROM app.drift_item d USING before b
           WHERE d.id = b.id AND b.status = 'suspected'
             AND NOT EXISTS (SELECT 1 FROM seen s WHERE s.field = b.field AND s.settled)
        ), opened AS (
          SELECT k.id FROM kept k LEFT JOIN before b ON b.field = k.field
           WHERE k.status = 'open' AND b.status IS DISTINCT FROM 'open'
        ), counted AS (
          UPDATE app.reconciliation
             SET new_items = new_items + (SELECT count(*) FROM opened),
                 gone_items = gone_items + (SELECT count(*) FROM gone),
                 known_items = known_items + (SELECT count(*) FROM kept) - (SELECT count(*) FROM opened)
           WHERE id = $1
        )
        SELECT id FROM opened
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `differences` are all that the object has now.
    public init(
        _ walk: Reconciliation.ID, _ suspect: DriftSuspect, _ differences: [Difference], at now: Timestamp
    ) throws {
        parameters = [
            .uuid(walk.rawValue), .text(suspect.kind.rawValue), .text(suspect.stripeID),
            .json(try DifferenceRow.text(of: differences, at: now)),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DriftItem.ID { try row.id(0) }
}

/// A difference in the names that the statements read, with the id it gets when it is new.
private struct DifferenceRow: Encodable {
    let id: UUID
    let kind: String
    let rowId: UUID?
    let stripeId: String
    let field: String
    let ours: String?
    let theirs: String?
    let amount: Int64?
    let currency: String?
    let settled: Bool

    static func text(of differences: [Difference], at now: Timestamp) throws -> String {
        let rows = differences.map { difference in
            DifferenceRow(
                id: DriftItem.ID.new(at: now).rawValue, kind: difference.kind.rawValue, rowId: difference.row,
                stripeId: difference.stripeID, field: difference.field, ours: difference.ours,
                theirs: difference.theirs, amount: difference.amount, currency: difference.currency,
                settled: difference.isSettled)
        }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return String(decoding: try encoder.encode(rows), as: UTF8.self)
    }
}
