public import Daemon
public import Jobs
public import Postgres

/// A Stripe coupon as fetched.
public struct CouponSnapshot: Equatable, Sendable {
    /// Stripe's id.
    public var stripeID: String
    /// Shown on invoices.
    public var name: String
    /// What it takes off.
    public var off: Coupon.Off
    /// How long it works.
    public var duration: Coupon.Duration
    /// For `repeating`.
    public var months: Int64?
    /// How often it can be given.
    public var maxRedemptions: Int64?
    /// Until when it can be given.
    public var redeemBy: Timestamp?
    /// How often it was.
    public var timesRedeemed: Int64
    /// Whether it can still be given.
    public var isValid: Bool

    /// States the facts.
    public init(
        stripeID: String, name: String, off: Coupon.Off, duration: Coupon.Duration, months: Int64?,
        maxRedemptions: Int64?, redeemBy: Timestamp?, timesRedeemed: Int64, isValid: Bool
    ) {
        self.stripeID = stripeID
        self.name = name
        self.off = off
        self.duration = duration
        self.months = months
        self.maxRedemptions = maxRedemptions
        self.redeemBy = redeemBy
        self.timesRedeemed = timesRedeemed
        self.isValid = isValid
    }
}

/// What Stripe says of a coupon: ours, or one made in its dashboard, which becomes a row of its own. Gives a row when
/// nothing newer was known.
public struct MarkCouponSnapshot: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.coupon AS c (id, stripe_coupon, snapshot_seq, name, percent_off, amount_off, currency, duration,
          duration_months, max_redemptions, redeem_by, times_redeemed, valid, status)
        VALUES ($1, $2, $3, $4, $5::text::numeric, $6, $7, $8, $9, $10, $11, $12, $13, 'active')
        ON CONFLICT (tenant_id, stripe_coupon) DO UPDATE
           SET snapshot_seq = EXCLUDED.snapshot_seq, name = EXCLUDED.name, times_redeemed = EXCLUDED.times_redeemed,
             valid = EXCLUDED.valid, updated_at = now(),
             status = CASE WHEN c.status = 'publishing' THEN 'active' ELSE c.status END
         WHERE c.snapshot_seq < EXCLUDED.snapshot_seq AND c.status <> 'deleted'
        RETURNING id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// `id` is what the row gets when the coupon is new to us.
    public init(_ id: Coupon.ID, _ snapshot: CouponSnapshot, seq: Int64) {
        let (percent, amount, currency) = snapshot.off.columns
        parameters = [
            .uuid(id.rawValue), .text(snapshot.stripeID), .int(seq), .text(snapshot.name), .optional(percent),
            .optional(amount), .optional(currency), .text(snapshot.duration.rawValue), .optional(snapshot.months),
            .optional(snapshot.maxRedemptions), .optional(snapshot.redeemBy), .int(snapshot.timesRedeemed),
            .bool(snapshot.isValid),
        ]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Coupon.ID { try row.id(0) }
}

/// Our coupon exists at Stripe.
public struct MarkCouponPublished: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.coupon SET stripe_coupon = $2, status = CASE WHEN status = 'publishing' THEN 'active'
          ELSE status END, updated_at = now()
         WHERE id = $1 AND stripe_coupon IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the row and Stripe's id.
    public init(_ id: Coupon.ID, coupon: String) { parameters = [.uuid(id.rawValue), .text(coupon)] }
}

/// Stripe refused it.
public struct MarkCouponRefused: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.coupon SET status = 'failed', problem = $2, updated_at = now() WHERE id = $1
          AND status = 'publishing'
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Says why.
    public init(_ id: Coupon.ID, problem: String) { parameters = [.uuid(id.rawValue), .json(problem)] }
}

/// It is given no longer; what it gave stays.
public struct MarkCouponDeleted: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.coupon SET status = 'deleted', valid = false, updated_at = now() WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Coupon.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Our coupon behind Stripe's.
public struct FindCouponByStripe: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id FROM app.coupon WHERE stripe_coupon = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// By Stripe's id.
    public init(_ stripe: String) { parameters = [.text(stripe)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Coupon.ID { try row.id(0) }
}
