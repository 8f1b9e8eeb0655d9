public import DomainNames
public import Jobs
public import Postgres

/// The tenant's domains.
public struct ListBrandDomains: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        SELECT id, domain, token, status, proof, reason, problem, failures, checked_at, verified_at, next_check_at,
               created_at
          FROM app.brand_domain WHERE $1::uuid IS NULL OR id = $1 ORDER BY id
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// All of them, or one.
    public init(_ id: BrandDomain.ID? = nil) { parameters = [.optional(id?.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> BrandDomain {
        try BrandDomain(row)
    }
}

/// A domain to be proven. 23514 `brand_domain_cap`: the tenant has as many as it may have.
public struct InsertBrandDomain: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        INSERT INTO app.brand_domain (id, domain, token) VALUES ($1, $2, $3)
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names the domain and what its TXT record has to hold.
    public init(_ id: BrandDomain.ID, domain: DomainName, token: String) {
        parameters = [.uuid(id.rawValue), .text(domain.text), .text(token)]
    }
}

/// Takes a domain away.
public struct DeleteBrandDomain: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "DELETE FROM app.brand_domain WHERE id = $1"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: BrandDomain.ID) { parameters = [.uuid(id.rawValue)] }
}

/// Whose a domain is, for anybody. Needs no key and enters no tenant.
public struct FindPublicDomain: Statement {
    /// Where it may run.
    public typealias Scope = PlatformScope
    /// Whose it is.
    public struct Owner: Equatable, Sendable {
        /// The tenant.
        public var tenant: Tenant.ID
        /// Whether it moves real money.
        public var livemode: Bool
    }
    /// The query.
    public static let sql: StaticString = "SELECT tenant, livemode FROM app.public_domain($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ domain: DomainName) { parameters = [.text(domain.text)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Owner {
        try Owner(tenant: row.id(0), livemode: row.bool(1))
    }
}

extension BrandDomain {
    init(_ row: borrowing ResultRow) throws(PostgresError) {
        self.init(
            id: try row.id(0), domain: try row.string(1), token: try row.string(2), status: try row.word(3),
            proof: try row.optionalWord(4), reason: try row.optionalString(5), problem: try row.optionalString(6),
            failures: Int(try row.int32(7)), checkedAt: try row.optionalTimestamp(8),
            verifiedAt: try row.optionalTimestamp(9), nextCheckAt: try row.optionalTimestamp(10),
            createdAt: try row.timestamp(11))
    }
}
