internal import FoundationEssentials
public import Jobs
public import Postgres

/// A plan as everybody may see it.
public struct PublicPlan: Equatable, Sendable {
    /// Which one.
    public var id: Plan.ID
    /// Its name.
    public var name: String
    /// What it is.
    public var description: String?
    /// What clients have that bought nothing.
    public var isDefault: Bool
    /// Recommended.
    public var isFeatured: Bool
    /// The version that is sold now.
    public var version: Int
    /// Days before the first payment.
    public var trialDays: Int
    /// JSON text: price and quantity of each part.
    public var prices: String
    /// JSON text: what it grants.
    public var quotas: String
}

/// A price as everybody may see it; what only the tenant knows of it is left out.
public struct PublicPrice: Equatable, Sendable {
    /// Its terms.
    public var price: Price
    /// The product's name.
    public var name: String
    /// What the product is.
    public var description: String?
}

/// The public plans of an agency, by its public id; it opens nothing else.
public struct ListPublicPlans: Statement {
    /// Where it may run.
    public typealias Scope = PlatformScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, name, description, is_default, is_featured, version, trial_days, prices, quotas
          FROM app.public_pricing($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the agency.
    public init(of tenant: Tenant.ID) {
        parameters = [.uuid(tenant.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PublicPlan {
        try PublicPlan(
            id: row.id(0), name: row.string(1), description: row.optionalString(2), isDefault: row.bool(3),
            isFeatured: row.bool(4), version: Int(row.int32(5)), trialDays: Int(row.int32(6)), prices: row.json(7),
            quotas: row.json(8))
    }
}

/// The prices of those plans.
public struct ListPublicPrices: Statement {
    /// Where it may run.
    public typealias Scope = PlatformScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, product, currency, model, usage_type, unit_amount, unit_amount_decimal, tiers, package_size,
          package_round, NULL::uuid, metric, billing_interval, interval_count, tax_behavior, NULL::text, false,
          shown_unit_amount, shown_tiers, true, NULL::text, 0::bigint, 0::bigint, NULL::jsonb, now(), true,
          name, description
          FROM app.public_prices($1)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the agency.
    public init(of tenant: Tenant.ID) {
        parameters = [.uuid(tenant.rawValue)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> PublicPrice {
        try PublicPrice(price: Price(row), name: row.string(26), description: row.optionalString(27))
    }
}

extension Identifier {
    /// Reads the form the database writes.
    public static func stored(_ text: String) -> Identifier? { UUID(uuidString: text).map(Identifier.init(rawValue:)) }
}
