public import Jobs
public import Postgres

/// What a subscription that has not begun begins with.
public struct MarkSubscriptionRevised: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET start_at = $2, plan_id = $3, plan_version = $4, product_id = $5, trial_days = $6,
            coupon_id = $7, automatic_tax = $8, problem = NULL, updated_at = now()
         WHERE id = $1 AND stripe_subscription IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States it.
    public init(_ revised: Subscription) {
        parameters = [
            .uuid(revised.id.rawValue), .timestamp(revised.startAt), .optional(revised.plan?.rawValue),
            .optional(revised.planVersion.map(Int64.init)), .optional(revised.product?.rawValue),
            .int(Int64(revised.trialDays)), .optional(revised.coupon?.rawValue), .bool(revised.collectsTax),
        ]
    }
}

/// All of what a subscription that has not begun sells; what it no longer does is kept with its end.
public struct MarkItemsRevised: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH wished AS (
          SELECT * FROM unnest($2::uuid[], $3::bigint[], $4::text[]) AS x (price_id, quantity, field)),
        gone AS (
          UPDATE app.subscription_item i SET removed_at = now()
           WHERE i.subscription_id = $1 AND i.removed_at IS NULL AND i.price_id NOT IN (SELECT price_id FROM wished))
        INSERT INTO app.subscription_item AS i (id, subscription_id, price_id, quantity, analysis_field)
        SELECT gen_random_uuid(), $1, price_id, quantity, nullif(field, '') FROM wished
        ON CONFLICT (tenant_id, subscription_id, price_id) DO UPDATE
          SET quantity = EXCLUDED.quantity, analysis_field = EXCLUDED.analysis_field, removed_at = NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscription and what it sells.
    public init(of subscription: Subscription.ID, _ items: [SubscriptionItemWish]) {
        parameters = [
            .uuid(subscription.rawValue), .uuids(items.map(\.price.rawValue)), .ints(items.map(\.quantity)),
            .texts(items.map { $0.analysisField ?? "" }),
        ]
    }
}
