public import Jobs
public import Postgres

/// What Stripe says of a subscription: accepted only when it was fetched later than what is known, and never out of an
/// end. Gives a row when it was.
public struct MarkSubscriptionSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription s
           SET stripe_subscription = $2, snapshot_seq = $3, status = $4, current_period_start = $5,
             current_period_end = $6, cancel_at_period_end = $7,
               cancellation_reason = $8, latest_invoice = $9, canceled_at = $10, ended_at = $11, updated_at = now(),
               problem = CASE WHEN $4 IN ('active', 'trialing') THEN NULL ELSE problem END,
               started_at = coalesce(started_at, CASE WHEN $4 IN ('active', 'trialing') THEN now() END),
               cancel_at = $12, automatic_tax = $13, tax_disabled_reason = $14, pause_behavior = $15,
               pause_resumes_at = $16, discounts = coalesce($17, discounts), steered_by = $19, trial_end = $20,
               coupon_id = CASE WHEN $17 IS NULL THEN coupon_id ELSE (SELECT c.id FROM app.coupon c
                 WHERE c.tenant_id = s.tenant_id AND c.stripe_coupon = $18) END
         WHERE id = $1 AND snapshot_seq < $3 AND status NOT IN ('canceled', 'incomplete_expired')
           AND coalesce(stripe_subscription, $2) = $2
        RETURNING true
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the rows and the facts.
    public init(_ id: Subscription.ID, _ snapshot: SubscriptionSnapshot, seq: Int64) {
        parameters = [
            .uuid(id.rawValue), .text(snapshot.stripeID), .int(seq), .text(snapshot.status.rawValue),
            .optional(snapshot.periodStart), .optional(snapshot.periodEnd), .bool(snapshot.cancelAtPeriodEnd),
            .optional(snapshot.cancellationReason), .optional(snapshot.latestInvoice), .optional(snapshot.canceledAt),
            .optional(snapshot.endedAt), .optional(snapshot.cancelAt), .bool(snapshot.collectsTax),
            .optional(snapshot.taxDisabledReason), .optional(snapshot.pauseBehavior),
            .optional(snapshot.pauseResumesAt), .optional(json: snapshot.discounts), .optional(snapshot.coupon),
            .optional(snapshot.schedule), .optional(snapshot.trialEnd),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool {
        try row.bool(0)
    }
}

/// The prices a subscription has at Stripe: those we know become or stay its items. What it no longer has is kept with
/// its end.
public struct MarkItemsAtStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH seen AS (
          SELECT p.id AS price_id, x.item, x.quantity FROM unnest($2::text[], $3::text[], $4::bigint[])
            AS x (item, price, quantity)
            JOIN app.price p ON p.stripe_price = x.price),
        gone AS (
          UPDATE app.subscription_item i SET removed_at = now()
           WHERE i.subscription_id = $1 AND i.removed_at IS NULL AND i.stripe_item IS NOT NULL
             AND i.price_id NOT IN (SELECT price_id FROM seen))
        INSERT INTO app.subscription_item AS i (id, subscription_id, price_id, quantity, stripe_item)
        SELECT gen_random_uuid(), $1, price_id, quantity, item FROM seen
        ON CONFLICT (tenant_id, subscription_id, price_id) DO UPDATE
          SET stripe_item = EXCLUDED.stripe_item, quantity = EXCLUDED.quantity, removed_at = NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscription and what it has.
    public init(of subscription: Subscription.ID, _ items: [SubscriptionSnapshot.Item]) {
        parameters = [
            .uuid(subscription.rawValue), .texts(items.map(\.id)), .texts(items.map(\.price)),
            .ints(items.map(\.quantity)),
        ]
    }
}
