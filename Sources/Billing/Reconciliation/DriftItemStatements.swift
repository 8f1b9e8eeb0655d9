public import Jobs
public import Postgres

/// One item, kept from changing until the transaction ends.
public struct FindDriftItem: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.reconciliation_id, x.kind, x.object_kind, x.row_id, x.stripe_id, x.field, x.ours, x.theirs,
               x.amount, x.currency, x.status, x.direction, x.dismissed_by, x.dismissed_reason, x.first_seen_at,
               x.last_seen_at, x.closed_at
          FROM app.drift_item x WHERE x.id = $1 AND x.status <> 'suspected' FOR NO KEY UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row.
    public init(_ id: DriftItem.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DriftItem { try DriftItem(row) }
}

/// Items, newest first.
public struct ListDriftItems: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT x.id, x.reconciliation_id, x.kind, x.object_kind, x.row_id, x.stripe_id, x.field, x.ours, x.theirs,
               x.amount, x.currency, x.status, x.direction, x.dismissed_by, x.dismissed_reason, x.first_seen_at,
               x.last_seen_at, x.closed_at
          FROM app.drift_item x
         WHERE x.id IN (
           (SELECT y.id FROM app.drift_item y WHERE NOT $3 AND y.id < $1
               AND ($5::text IS NULL OR y.status = $5) AND ($6::text IS NULL OR y.kind = $6)
               AND ($7::text IS NULL OR y.object_kind = $7) AND y.status <> 'suspected'
             ORDER BY y.id DESC LIMIT $4)
           UNION ALL
           (SELECT y.id FROM app.drift_item y WHERE $3 AND y.id > $2
               AND ($5::text IS NULL OR y.status = $5) AND ($6::text IS NULL OR y.kind = $6)
               AND ($7::text IS NULL OR y.object_kind = $7) AND y.status <> 'suspected'
             ORDER BY y.id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `status`, `kind` and `object` narrow it.
    public init(
        _ page: Page, status: DriftItem.Status? = nil, kind: DriftItem.Kind? = nil,
        object: DriftItem.ObjectKind? = nil
    ) {
        parameters =
            page.parameters + [
                .optional(status?.rawValue), .optional(kind?.rawValue), .optional(object?.rawValue),
            ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> DriftItem { try DriftItem(row) }
}

/// Whose thing an item is about, for the order of its repair: a client's, or a product's. No row: nobody's.
public struct FindDriftOwner: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT coalesce(CASE WHEN d.object_kind = 'customer' THEN d.row_id END, s.client_id, i.client_id, p.client_id),
               coalesce(CASE WHEN d.object_kind = 'product' THEN d.row_id END, r.product_id)
          FROM app.drift_item d
          LEFT JOIN app.subscription s ON d.object_kind = 'subscription' AND s.id = d.row_id
          LEFT JOIN app.invoice i ON d.object_kind = 'invoice' AND i.id = d.row_id
          LEFT JOIN app.credit_purchase p ON d.object_kind = 'credit_purchase' AND p.id = d.row_id
          LEFT JOIN app.price r ON d.object_kind = 'price' AND r.id = d.row_id
         WHERE d.id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the item.
    public init(of id: DriftItem.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads the row.
    public static func decode(
        _ row: borrowing ResultRow
    ) throws(PostgresError) -> (client: Client.ID?, product: Product.ID?) {
        (try row.optionalID(0), try row.optionalID(1))
    }
}

/// A repair looked at an object once more: every item of it whose field no longer differs is repaired. Gives how many.
public struct MarkDriftRepaired: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH repaired AS (
          UPDATE app.drift_item SET status = 'repaired', direction = $4, closed_at = now()
           WHERE object_kind = $1 AND stripe_id = $2 AND NOT field = ANY ($3) AND status IN ('open', 'dismissed')
          RETURNING 1
        )
        SELECT count(*) FROM repaired
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `different` are the fields that still differ.
    public init(_ item: DriftItem, except different: [String], _ direction: DriftItem.Direction) {
        parameters = [
            .text(item.objectKind.rawValue), .text(item.stripeID), .texts(different), .text(direction.rawValue),
        ]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Int64 { try row.int(0) }
}

/// The difference may stay; gives no row when it is not open.
public struct MarkDriftDismissed: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.drift_item SET status = 'dismissed', dismissed_by = $2, dismissed_reason = $3, closed_at = now()
         WHERE id = $1 AND status = 'open' RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names who says so, and why.
    public init(_ id: DriftItem.ID, by actor: String, because reason: String) {
        parameters = [.uuid(id.rawValue), .text(actor), .text(reason)]
    }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

extension DriftItem {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), reconciliation: try row.id(1), kind: try row.word(2), objectKind: try row.word(3),
            row: try row.optionalUUID(4), stripeID: try row.string(5), field: try row.string(6),
            ours: try row.optionalString(7), theirs: try row.optionalString(8), amount: try row.optionalInt(9),
            currency: try row.optionalString(10), status: try row.word(11), direction: try row.optionalWord(12),
            dismissedBy: try row.optionalString(13), dismissedReason: try row.optionalString(14),
            firstSeenAt: try row.timestamp(15), lastSeenAt: try row.timestamp(16),
            closedAt: try row.optionalTimestamp(17))
    }
}
