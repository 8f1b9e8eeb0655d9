public import Daemon
public import Jobs
public import Postgres

/// A domain about to be looked for, and the time; held until the transaction ends.
public struct FindDomainForCheck: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// What there is to look for.
    public struct Found: Equatable, Sendable {
        /// As it stands.
        public var domain: BrandDomain
        /// By the database's clock.
        public var now: Timestamp
    }
    /// The query.
    public static let sql: StaticString = """
        SELECT id, domain, token, status, proof, reason, problem, failures, checked_at, verified_at, next_check_at,
               created_at, now()
          FROM app.brand_domain WHERE id = $1 FOR NO KEY UPDATE
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ id: BrandDomain.ID) { parameters = [.uuid(id.rawValue)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        try Found(domain: BrandDomain(row), now: row.timestamp(12))
    }
}

/// Whether no other agency has a domain; nobody else is told so until the transaction ends.
public struct FindDomainFree: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.own_domain_is_free($1)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// Names it.
    public init(_ domain: String) { parameters = [.text(domain)] }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// What a look at a domain's record came to.
public struct MarkDomainChecked: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.brand_domain SET checked_at = now(), proof = $3, reason = $4, problem = $5, failures = $6,
            next_check_at = $7, status = $2,
            verified_at = CASE WHEN $2 = 'verified' AND status <> 'verified' THEN now() ELSE verified_at END
         WHERE id = $1
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States it.
    public init(_ id: BrandDomain.ID, _ verdict: DomainVerdict) {
        parameters = [
            .uuid(id.rawValue), .text(verdict.status.rawValue), .optional(verdict.proof?.rawValue),
            .optional(verdict.reason), .optional(verdict.problem), .int(Int64(verdict.failures)),
            .optional(verdict.nextCheckAt),
        ]
    }
}
