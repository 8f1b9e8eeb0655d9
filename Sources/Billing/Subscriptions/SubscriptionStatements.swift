public import Daemon
public import Jobs
public import Postgres

/// One subscription.
public struct FindSubscription: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, start_at, metadata, stripe_subscription, current_period_start, current_period_end,
          cancel_at_period_end,
               cancellation_reason, latest_invoice, canceled_at, ended_at, problem, created_at, updated_at, cancel_at,
               product_id, coupon_id, discounts, automatic_tax, tax_disabled_reason, stripe_schedule, pause_behavior,
               pause_resumes_at, block_on, grace_days, plan_id, plan_version, trial_days, trial_end, steered_by,
               pending_change
          FROM app.subscription WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Subscription.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Subscription {
        try Subscription(row)
    }
}

/// The tenant's subscriptions, newest first (C8).
public struct ListSubscriptions: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, client_id, status, start_at, metadata, stripe_subscription, current_period_start, current_period_end,
          cancel_at_period_end,
               cancellation_reason, latest_invoice, canceled_at, ended_at, problem, created_at, updated_at, cancel_at,
               product_id, coupon_id, discounts, automatic_tax, tax_disabled_reason, stripe_schedule, pause_behavior,
               pause_resumes_at, block_on, grace_days, plan_id, plan_version, trial_days, trial_end, steered_by,
               pending_change
          FROM app.subscription x
         WHERE x.id IN (
           (SELECT id FROM app.subscription x WHERE NOT $3 AND id < $1 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR status = $6) ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.subscription x WHERE $3 AND id > $2 AND ($5::uuid IS NULL OR client_id = $5)
             AND ($6::text IS NULL OR status = $6) ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `client` and `status` narrow it.
    public init(_ page: Page, client: Client.ID? = nil, status: SubscriptionStatus? = nil) {
        parameters = page.parameters + [.optional(client?.rawValue), .optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Subscription {
        try Subscription(row)
    }
}

/// What some subscriptions are made of.
public struct ListItemsOf: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, subscription_id, price_id, quantity, stripe_item, analysis_field FROM app.subscription_item
          WHERE subscription_id = ANY ($1) AND removed_at IS NULL ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the subscriptions.
    public init(_ subscriptions: [Subscription.ID]) {
        parameters = [.uuids(subscriptions.map(\.rawValue))]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> SubscriptionItem {
        try SubscriptionItem(
            id: row.id(0), subscription: row.id(1), price: row.id(2), quantity: row.int(3),
            stripeItem: row.optionalString(4), analysisField: row.optionalString(5))
    }
}

/// A client's subscription that has one of these prices, or another one counted by the same meter, or will have it from
/// its next period on, and is not over: the same thing is not sold twice by a double click, nor billed twice.
public struct FindOpenSubscriptionWith: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH alike AS (
          SELECT p.id FROM app.price p
           WHERE p.id = ANY ($2) OR p.meter_id IN (SELECT x.meter_id FROM app.price x WHERE x.id = ANY ($2))
        )
        SELECT s.id FROM app.subscription s
         WHERE s.client_id = $1 AND s.status NOT IN ('canceled', 'incomplete_expired')
           AND s.id IS DISTINCT FROM $3::uuid
           AND (EXISTS (SELECT FROM app.subscription_item i JOIN alike a ON a.id = i.price_id
                         WHERE i.tenant_id = s.tenant_id AND i.subscription_id = s.id AND i.removed_at IS NULL)
             OR EXISTS (SELECT FROM jsonb_array_elements(s.pending_change -> 'items') w
                          JOIN alike a ON a.id = split_part(w ->> 'price', '_', 2)::uuid))
         ORDER BY s.id LIMIT 1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the client and the prices; `subscription` is left out of the search.
    public init(client: Client.ID, prices: [Price.ID], besides subscription: Subscription.ID? = nil) {
        parameters = [
            .uuid(client.rawValue), .uuids(prices.map(\.rawValue)), .optional(subscription?.rawValue),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Subscription.ID {
        try row.id(0)
    }
}

/// A new subscription, not yet at Stripe.
public struct InsertSubscription: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.subscription (id, client_id, status, start_at, product_id, coupon_id, automatic_tax, metadata,
          plan_id, plan_version, trial_days)
        VALUES ($1, $2, $3, coalesce($4, now()), $5, $6, $7, $8, $9, $10, $11)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish; `metadata` is JSON text.
    public init(
        _ id: Subscription.ID, client: Client.ID, status: SubscriptionStatus, startAt: Timestamp? = nil,
        sold: SoldAs = SoldAs(), trialDays: Int = 0, coupon: Coupon.ID? = nil, collectsTax: Bool = false,
        metadata: String
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(client.rawValue), .text(status.rawValue), .optional(startAt),
            .optional(sold.product?.rawValue), .optional(coupon?.rawValue), .bool(collectsTax), .json(metadata),
            .optional(sold.plan?.rawValue), .optional(sold.planVersion.map(Int64.init)), .int(Int64(trialDays)),
        ]
    }
}

/// Whether a client has had a plan: it is tried once.
public struct FindPlanHad: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT EXISTS (SELECT FROM app.subscription WHERE client_id = $1 AND plan_id = $2 AND started_at IS NOT NULL)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names both.
    public init(_ plan: Plan.ID, by client: Client.ID) {
        parameters = [.uuid(client.rawValue), .uuid(plan.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// One price of a new subscription.
public struct InsertSubscriptionItem: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.subscription_item (id, subscription_id, price_id, quantity, analysis_field)
        VALUES ($1, $2, $3, $4, $5)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(
        _ id: SubscriptionItem.ID, of subscription: Subscription.ID, price: Price.ID, quantity: Int64,
        analysisField: String? = nil
    ) {
        parameters = [
            .uuid(id.rawValue), .uuid(subscription.rawValue), .uuid(price.rawValue), .int(quantity),
            .optional(analysisField),
        ]
    }
}

/// Ends a subscription that Stripe has never seen.
public struct MarkSubscriptionDropped: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription
           SET status = 'canceled', cancellation_reason = 'cancellation_requested', canceled_at = now(),
             ended_at = now(), updated_at = now()
         WHERE id = $1 AND status IN ('draft', 'awaiting_payment', 'scheduled', 'starting')
           AND stripe_subscription IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Subscription.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// The coupon one is to begin with.
public struct MarkSubscriptionCoupon: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET coupon_id = $2, updated_at = now() WHERE id = $1 AND stripe_subscription IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(_ id: Subscription.ID, _ coupon: Coupon.ID?) {
        parameters = [.uuid(id.rawValue), .optional(coupon?.rawValue)]
    }
}

/// Whether one is to begin with tax.
public struct MarkSubscriptionTax: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET automatic_tax = $2, updated_at = now() WHERE id = $1 AND stripe_subscription IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Subscription.ID, _ collectsTax: Bool) { parameters = [.uuid(id.rawValue), .bool(collectsTax)] }
}

/// The portal's own notes, and when unpaid bills of this one block the client.
public struct MarkSubscriptionNotes: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET metadata = $2, block_on = $3, grace_days = $4, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them; `metadata` is JSON text.
    public init(_ id: Subscription.ID, metadata: String, blockOn: BlockPolicy?, graceDays: Int64?) {
        parameters = [
            .uuid(id.rawValue), .json(metadata), .optional(blockOn?.rawValue), .optional(graceDays),
        ]
    }
}

/// Those of some subscriptions that Stripe gave up on and left unpaid or paused, instead of ending them (G6).
public struct ListLeftUnpaid: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT s.id FROM app.subscription s WHERE s.id = ANY ($1) AND (s.status = 'unpaid'
          OR (s.status IN ('past_due', 'paused') AND EXISTS (
            SELECT FROM app.invoice i WHERE i.tenant_id = s.tenant_id AND i.subscription_id = s.id
               AND i.status = 'open' AND i.first_failed_at IS NOT NULL AND i.next_payment_attempt IS NULL)))
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names them.
    public init(among subscriptions: [Subscription.ID]) { parameters = [.uuids(subscriptions.map(\.rawValue))] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Subscription.ID { try row.id(0) }
}

extension Subscription {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), client: try row.id(1), status: try row.word(2), startAt: try row.timestamp(3),
            metadata: try row.json(4), stripeSubscription: try row.optionalString(5),
            currentPeriodStart: try row.optionalTimestamp(6), currentPeriodEnd: try row.optionalTimestamp(7),
            cancelAtPeriodEnd: try row.bool(8),
            cancellationReason: try row.optionalString(9).map(CancellationReason.init(rawValue:)),
            latestInvoice: try row.optionalString(10), canceledAt: try row.optionalTimestamp(11),
            endedAt: try row.optionalTimestamp(12), cancelAt: try row.optionalTimestamp(16),
            product: try row.optionalID(17), coupon: try row.optionalID(18), discounts: try row.json(19),
            collectsTax: try row.bool(20), taxDisabledReason: try row.optionalString(21),
            stripeSchedule: try row.optionalString(22), pauseBehavior: try row.optionalWord(23),
            pauseResumesAt: try row.optionalTimestamp(24), blockOn: try row.optionalWord(25),
            graceDays: try row.optionalInt32(26).map(Int.init), plan: try row.optionalID(27),
            planVersion: try row.optionalInt32(28).map(Int.init), trialDays: Int(try row.int32(29)),
            trialEnd: try row.optionalTimestamp(30), steeredBy: try row.optionalString(31),
            pendingChange: PendingChange(try row.optionalJSON(32)), problem: try row.optionalJSON(13),
            createdAt: try row.timestamp(14), updatedAt: try row.timestamp(15))
    }
}
