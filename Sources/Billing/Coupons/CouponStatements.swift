public import Jobs
public import Postgres

/// One coupon.
public struct FindCoupon: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, trim_scale(percent_off)::text, amount_off, currency, duration, duration_months,
          max_redemptions, redeem_by, times_redeemed, valid, status, stripe_coupon, problem, metadata, created_at,
          updated_at
          FROM app.coupon WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: Coupon.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Coupon { try Coupon(row) }
}

/// The tenant's coupons, newest first (J1, J10).
public struct ListCoupons: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, trim_scale(percent_off)::text, amount_off, currency, duration, duration_months,
          max_redemptions, redeem_by, times_redeemed, valid, status, stripe_coupon, problem, metadata, created_at,
          updated_at
          FROM app.coupon x
         WHERE x.id IN (
           (SELECT id FROM app.coupon x WHERE NOT $3 AND id < $1
             AND CASE WHEN $5::text IS NULL THEN status <> 'deleted' ELSE status = $5 END ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.coupon x WHERE $3 AND id > $2
             AND CASE WHEN $5::text IS NULL THEN status <> 'deleted' ELSE status = $5 END ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Without a status: all that are not deleted.
    public init(_ page: Page, status: Coupon.Status? = nil) {
        parameters = page.parameters + [.optional(status?.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Coupon { try Coupon(row) }
}

/// A new coupon, not yet at Stripe.
public struct InsertCoupon: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.coupon (id, name, percent_off, amount_off, currency, duration, duration_months,
          max_redemptions, redeem_by, metadata, status)
        VALUES ($1, $2, $3::text::numeric, $4, $5, $6, $7, $8, $9, $10, 'publishing')
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the wish.
    public init(_ id: Coupon.ID, _ wish: CouponWish) {
        let (percent, amount, currency) = wish.off.columns
        parameters = [
            .uuid(id.rawValue), .text(wish.name), .optional(percent), .optional(amount), .optional(currency),
            .text(wish.duration.rawValue), .optional(wish.months.map(Int64.init)), .optional(wish.maxRedemptions),
            .optional(wish.redeemBy), .json(wish.metadata),
        ]
    }
}

extension Coupon.Off {
    /// As the columns keep it.
    var columns: (percent: String?, amount: Int64?, currency: String?) {
        switch self {
        case .percent(let percent): (percent, nil, nil)
        case .amount(let amount, let currency): (nil, amount, currency)
        }
    }
}

extension Coupon {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        let off: Off
        if let percent = try row.optionalString(2) {
            off = .percent(percent)
        } else {
            off = .amount(try row.int(3), currency: try row.string(4))
        }
        self.init(
            id: try row.id(0), name: try row.string(1), off: off, duration: try row.word(5),
            months: try row.optionalInt32(6).map(Int.init), maxRedemptions: try row.optionalInt(7),
            redeemBy: try row.optionalTimestamp(8), timesRedeemed: try row.int(9), isValid: try row.bool(10),
            status: try row.word(11), stripeCoupon: try row.optionalString(12), problem: try row.optionalJSON(13),
            metadata: try row.json(14), createdAt: try row.timestamp(15), updatedAt: try row.timestamp(16))
    }
}
