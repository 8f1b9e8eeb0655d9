public import Jobs
public import Postgres

/// A schedule steers a subscription from now on.
public struct MarkSteered: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET steered_by = $2, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ id: Subscription.ID, by schedule: String) { parameters = [.uuid(id.rawValue), .text(schedule)] }
}

/// Stripe has planned a change for the end of the period.
public struct MarkPendingChange: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET pending_change = $2, pending_seq = $3, updated_at = now()
         WHERE id = $1 AND status NOT IN ('canceled', 'incomplete_expired')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `seq` is the place of the call that planned it in the order of fetches.
    public init(_ id: Subscription.ID, _ change: PendingChange, seq: Int64) {
        parameters = [.uuid(id.rawValue), .json(change.text), .int(seq)]
    }
}

/// The change that was planned has happened, when the items are what they were to become: plan, product and fields
/// follow. Gives a row when it has.
public struct SettlePendingChange: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query. Ids stand in the column in their public form; behind the prefix are the digits of a uuid.
    public static let sql: StaticString = """
        WITH due AS (
          SELECT s.id, s.pending_change AS p FROM app.subscription s
           WHERE s.id = $1 AND s.pending_change IS NOT NULL
             AND (SELECT string_agg(i.price_id || ' ' || i.quantity, ',' ORDER BY i.price_id)
                    FROM app.subscription_item i WHERE i.subscription_id = s.id AND i.removed_at IS NULL)
               = (SELECT string_agg(w.price || ' ' || w.quantity, ',' ORDER BY w.price)
                    FROM (SELECT split_part(x ->> 'price', '_', 2)::uuid AS price, x ->> 'quantity' AS quantity
                            FROM jsonb_array_elements(s.pending_change -> 'items') x) w)
        ), fields AS (
          UPDATE app.subscription_item i SET analysis_field = w ->> 'analysisField'
            FROM due, jsonb_array_elements(due.p -> 'items') w
           WHERE i.subscription_id = due.id AND i.price_id = split_part(w ->> 'price', '_', 2)::uuid
             AND w ->> 'analysisField' IS NOT NULL
        )
        UPDATE app.subscription s SET pending_change = NULL, updated_at = now(),
               plan_id = CASE WHEN due.p -> 'sold' IS NULL THEN s.plan_id
                 ELSE split_part(due.p -> 'sold' ->> 'plan', '_', 2)::uuid END,
               plan_version = CASE WHEN due.p -> 'sold' IS NULL THEN s.plan_version
                 ELSE (due.p -> 'sold' ->> 'planVersion')::int END,
               product_id = CASE WHEN due.p -> 'sold' IS NULL THEN s.product_id
                 ELSE split_part(due.p -> 'sold' ->> 'product', '_', 2)::uuid END
          FROM due WHERE s.id = due.id
        RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscription.
    public init(_ id: Subscription.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// No schedule steers it any more, as a look showed that is newer than the plan: what was planned does not happen.
public struct DropPendingChange: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET pending_change = NULL, updated_at = now()
         WHERE id = $1 AND pending_change IS NOT NULL AND pending_seq < $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `seq` is the look's place in the order of fetches.
    public init(_ id: Subscription.ID, seq: Int64) { parameters = [.uuid(id.rawValue), .int(seq)] }
}

/// As what a subscription is sold from now on.
public struct MarkSoldAs: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET plan_id = $2, plan_version = $3, product_id = $4, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ id: Subscription.ID, _ sold: SoldAs) {
        parameters = [
            .uuid(id.rawValue), .optional(sold.plan?.rawValue), .optional(sold.planVersion.map(Int64.init)),
            .optional(sold.product?.rawValue),
        ]
    }
}
