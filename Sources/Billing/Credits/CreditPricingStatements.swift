public import Jobs
public import Postgres

/// The current prices of a credit, one per currency; of one currency where it is named.
public struct ListCurrentCreditPricing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, version, currency, base_cost::text, agency_cost::text, final_cost::text, min_purchase, max_purchase,
               packages, effective_from, superseded_at
          FROM app.credit_pricing WHERE superseded_at IS NULL AND ($1::text IS NULL OR currency = $1) ORDER BY currency
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Narrows it to a currency.
    public init(currency: Currency? = nil) {
        parameters = [.optional(currency?.code)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPricing {
        try CreditPricing(row)
    }
}

/// Two edits of a tenant's prices, or of what the platform takes, come one after the other: the later one sees what the
/// earlier one did. Held until the transaction ends; the statements after it look anew.
public struct LockCreditPricing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT pg_advisory_xact_lock(7230113, (app.current_tenant() % 2147483647)::int)
        """

    /// States the wish.
    public init() {}
}

/// One version, current or not.
public struct FindCreditPricing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, version, currency, base_cost::text, agency_cost::text, final_cost::text, min_purchase, max_purchase,
               packages, effective_from, superseded_at
          FROM app.credit_pricing WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditPricing.ID) {
        parameters = [.uuid(id.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPricing {
        try CreditPricing(row)
    }
}

/// Every version, newest first.
public struct ListCreditPricing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, version, currency, base_cost::text, agency_cost::text, final_cost::text, min_purchase, max_purchase,
               packages, effective_from, superseded_at
          FROM app.credit_pricing x
         WHERE x.id IN (
           (SELECT id FROM app.credit_pricing WHERE NOT $3 AND id < $1 AND ($5::text IS NULL OR currency = $5)
             ORDER BY id DESC LIMIT $4)
           UNION ALL
           (SELECT id FROM app.credit_pricing WHERE $3 AND id > $2 AND ($5::text IS NULL OR currency = $5)
             ORDER BY id LIMIT $4))
         ORDER BY x.id DESC
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// The currency narrows it.
    public init(_ page: Page, currency: Currency? = nil) {
        parameters = page.parameters + [.optional(currency?.code)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditPricing {
        try CreditPricing(row)
    }
}

/// What the platform takes for a credit in a currency; no row: nothing.
public struct FindPlatformCost: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT cost::text FROM app.credit_base_cost WHERE currency = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the currency.
    public init(currency: Currency) {
        parameters = [.text(currency.code)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> CreditCost {
        try row.cost(0)
    }
}

/// A version counts no longer.
public struct MarkCreditPricingSuperseded: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.credit_pricing SET superseded_at = now() WHERE id = $1 AND superseded_at IS NULL
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: CreditPricing.ID) {
        parameters = [.uuid(id.rawValue)]
    }
}

/// A new version, current from now on.
public struct InsertCreditPricing: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.credit_pricing (id, version, currency, base_cost, agency_cost, min_purchase, max_purchase,
          packages)
        VALUES ($1, $2, $3, $4::text::numeric, $5::text::numeric, $6, $7, $8)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States the terms; `base` is what the platform takes now.
    public init(_ id: CreditPricing.ID, version: Int, _ wish: CreditPricingWish, base: CreditCost) {
        parameters = [
            .uuid(id.rawValue), .int(Int64(version)), .text(wish.currency.code), .text(base.text),
            .text(wish.agencyCost.text), .int(wish.minPurchase), .int(wish.maxPurchase), .ints(wish.packages),
        ]
    }
}

extension CreditPricing {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), version: Int(try row.int32(1)), currency: try row.currency(2), baseCost: try row.cost(3),
            agencyCost: try row.cost(4), finalCost: try row.cost(5), minPurchase: try row.int(6),
            maxPurchase: try row.int(7), packages: try row.ints(8), effectiveFrom: try row.timestamp(9),
            supersededAt: try row.optionalTimestamp(10))
    }
}

extension ResultRow {
    /// An exact decimal that was read as text.
    func cost(_ column: Int) throws(PostgresError) -> CreditCost {
        guard let cost = CreditCost(try string(column)) else { throw .unexpectedColumn(column, "a cost") }
        return cost
    }

    /// A currency's code.
    func currency(_ column: Int) throws(PostgresError) -> Currency {
        guard let currency = Currency(try string(column)) else { throw .unexpectedColumn(column, "a currency") }
        return currency
    }
}
