public import FoundationEssentials
public import Jobs
public import Postgres

/// Objects of one kind that live in the account and would stay there.
public struct OrphanCount: Equatable, Sendable {
    /// `customer`, `subscription` (running or scheduled), `product`, `price`, `meter`, `coupon`, `invoice` (open or not
    /// finalized yet), `paid_invoice`, `metering_rule` (its static customer).
    public var kind: String
    /// How many.
    public var count: Int64
    /// Stripe's ids of the first hundred.
    public var some: [String]
}

/// What a change of the account would leave behind: running subscriptions, open invoices, and everything that clients
/// and the catalogue stand for at Stripe.
public struct ListOrphans: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT kind, count(*), (array_agg(stripe_id ORDER BY stripe_id))[1:100] FROM (
          SELECT 'customer' AS kind, stripe_customer AS stripe_id FROM app.client WHERE stripe_customer IS NOT NULL
          UNION ALL
          SELECT 'subscription', coalesce(stripe_subscription, stripe_schedule) FROM app.subscription
           WHERE coalesce(stripe_subscription, stripe_schedule) IS NOT NULL
             AND status NOT IN ('canceled', 'incomplete_expired')
          UNION ALL SELECT 'product', stripe_product FROM app.product WHERE stripe_product IS NOT NULL
          UNION ALL SELECT 'price', stripe_price FROM app.price WHERE stripe_price IS NOT NULL
          UNION ALL SELECT 'meter', stripe_meter FROM app.meter WHERE stripe_meter IS NOT NULL
          UNION ALL
          SELECT 'coupon', stripe_coupon FROM app.coupon WHERE stripe_coupon IS NOT NULL AND status <> 'deleted'
          UNION ALL SELECT 'invoice', stripe_invoice FROM app.invoice
           WHERE stripe_invoice IS NOT NULL AND status IN ('draft', 'open') AND app.left_account(stripe_invoice) IS NULL
          UNION ALL SELECT 'paid_invoice', i.stripe_invoice FROM app.invoice i
           WHERE i.stripe_invoice IS NOT NULL AND i.status = 'paid' AND NOT EXISTS (
             SELECT 1 FROM app.orphan o WHERE o.stripe_id = i.stripe_invoice AND o.account_id IS DISTINCT FROM (
               SELECT k.account_id FROM app.connection k))
          UNION ALL SELECT 'metering_rule', static_customer FROM app.metering_rule
           WHERE static_customer IS NOT NULL AND ended_at IS NULL AND app.left_account(static_customer) IS NULL) x
         GROUP BY kind ORDER BY kind
        """

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> OrphanCount {
        try OrphanCount(kind: row.string(0), count: row.int(1), some: row.strings(2))
    }
}

/// Keeps which of Stripe's objects were ours in the account that is left; every bill once, whatever became of it, since
/// it can only be settled, refunded and corrected there.
public struct InsertOrphans: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.orphan (id, kind, row_id, account_id, stripe_id, command_id)
        SELECT gen_random_uuid(), x.kind, x.id, $1, x.stripe_id, $2 FROM (
          SELECT 'customer' AS kind, id, stripe_customer AS stripe_id FROM app.client WHERE stripe_customer IS NOT NULL
          UNION ALL
          SELECT 'subscription', id, coalesce(stripe_subscription, stripe_schedule) FROM app.subscription
           WHERE coalesce(stripe_subscription, stripe_schedule) IS NOT NULL
             AND status NOT IN ('canceled', 'incomplete_expired')
          UNION ALL SELECT 'product', id, stripe_product FROM app.product WHERE stripe_product IS NOT NULL
          UNION ALL SELECT 'price', id, stripe_price FROM app.price WHERE stripe_price IS NOT NULL
          UNION ALL SELECT 'meter', id, stripe_meter FROM app.meter WHERE stripe_meter IS NOT NULL
          UNION ALL
          SELECT 'coupon', id, stripe_coupon FROM app.coupon WHERE stripe_coupon IS NOT NULL AND status <> 'deleted'
          UNION ALL SELECT 'invoice', i.id, i.stripe_invoice FROM app.invoice i
           WHERE i.stripe_invoice IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM app.orphan o WHERE o.stripe_id = i.stripe_invoice)
          UNION ALL SELECT 'metering_rule', agent_id, static_customer FROM app.metering_rule
           WHERE static_customer IS NOT NULL AND ended_at IS NULL AND app.left_account(static_customer) IS NULL) x
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the account that is left and the command that leaves it.
    public init(account: String, command: UUID) { parameters = [.text(account), .uuid(command)] }
}

/// Calls that nobody answered, and that went out when nobody knew to which account, went to the one that is left: they
/// are never sent to another one (R22).
public struct MarkOpenCallsLeft: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.stripe_call SET sent_to = coalesce($1, 'an account without a name')
         WHERE outcome IS NULL AND sent_to IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the account that is left, where it has a name.
    public init(account: String?) { parameters = [.optional(account)] }
}

/// Clients have no customer in the new account yet; one is made when it is needed.
public struct MarkClientsOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.client SET stripe_customer = NULL, payment_method = NULL, card_brand = NULL, card_last4 = NULL,
          card_exp_month = NULL, card_exp_year = NULL, updated_at = now() WHERE stripe_customer IS NOT NULL
        """

    /// States the wish.
    public init() {}
}

/// Subscriptions that run, or are to begin, in the account that is left are over here; there they run on until somebody
/// cancels them.
public struct MarkSubscriptionsOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.subscription SET status = 'canceled', cancellation_reason = 'account_switched', canceled_at = now(),
          ended_at = now(), updated_at = now()
         WHERE coalesce(stripe_subscription, stripe_schedule) IS NOT NULL
           AND status NOT IN ('canceled', 'incomplete_expired')
        """

    /// States the wish.
    public init() {}
}

/// Prices are to be made anew.
public struct MarkPricesOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "UPDATE app.price SET stripe_price = NULL WHERE stripe_price IS NOT NULL"

    /// States the wish.
    public init() {}
}

/// Meters are to be made anew; gives those in use.
public struct MarkMetersOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH gone AS (
          UPDATE app.meter SET stripe_meter = NULL, updated_at = now(),
                 status = CASE WHEN status = 'active' THEN 'publishing' ELSE status END
           WHERE stripe_meter IS NOT NULL RETURNING id, status)
        SELECT id FROM gone WHERE status = 'publishing' ORDER BY id
        """

    /// States the wish.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Meter.ID { try row.id(0) }
}

/// Coupons are to be made anew; gives those that can still be applied.
public struct MarkCouponsOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH gone AS (
          UPDATE app.coupon SET stripe_coupon = NULL, times_redeemed = 0, updated_at = now(),
                 status = CASE WHEN status = 'active' AND valid THEN 'publishing' ELSE status END
           WHERE stripe_coupon IS NOT NULL RETURNING id, status)
        SELECT id FROM gone WHERE status = 'publishing' ORDER BY id
        """

    /// States the wish.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Coupon.ID { try row.id(0) }
}

/// Products are to be made anew; gives those that are sold.
public struct MarkProductsOrphaned: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        WITH gone AS (UPDATE app.product SET stripe_product = NULL, updated_at = now() WHERE stripe_product IS NOT NULL
                      RETURNING id, active)
        SELECT id FROM gone WHERE active ORDER BY id
        """

    /// States the wish.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Product.ID { try row.id(0) }
}

/// The connection stands for another account, by its own key; its webhook is to be registered.
public struct MarkAccountSwitched: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.connection c
           SET account_id = $3, account_name = $4, country = $5, email = $6, default_currency = $7,
               charges_enabled = $8, payouts_enabled = $9, details_submitted = $10, requirements = $11,
               mode = 'secret_key', account_via = 'secret_key', secret_id = $2, candidate_secret_id = NULL,
               key_kind = s.key_kind, key_last4 = s.last4, key_ok = true, checked_at = now(), status = 'validating',
               problem = NULL, webhook_status = 'unregistered', webhook_endpoint_id = NULL, webhook_secret_id = NULL,
               webhook_endpoints_used = NULL, meter_hook_status = 'unregistered', meter_hook_id = NULL,
               meter_hook_secret_id = NULL, events_cursor_at = now(), last_event_at = NULL, last_payout = NULL,
               tax_status = NULL, tax_missing = '{}', tax_checked_at = NULL, meters_seen = NULL, examined_at = NULL,
               updated_at = now()
          FROM app.sealed_secret s
         WHERE c.id = $1 AND s.tenant_id = c.tenant_id AND s.id = $2
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the connection, the key and its account.
    public init(_ id: Connection.ID, key: SealedSecret.ID, of account: AccountSnapshot) {
        parameters = [.uuid(id.rawValue), .uuid(key.rawValue)] + account.parameters
    }
}

/// The account that one of Stripe's objects stayed in when the agency left it; no text: it is not known to live in
/// another account than the connected one.
public struct FindLeftAccount: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.left_account($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the object: `in_…`, `cus_…`.
    public init(of stripeID: String) { parameters = [.text(stripeID)] }

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String? {
        try row.optionalString(0)
    }
}
