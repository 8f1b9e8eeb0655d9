internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// What is wrong with a stretch of a tenant's audit chain.
struct ListChainFaults: Statement {
    typealias Scope = AdministrativeScope
    /// One fault.
    struct Found: Sendable {
        let seq: Int64?
        let entry: UUID
        let fault: String
    }
    let tenant: UUID
    let after: Int64
    let count: Int
    static let sql: StaticString = "SELECT seq, entry_id, fault FROM app.verify_audit($1, $2, $3)"
    var parameters: [Parameter] { [.uuid(tenant), .int(after), .int(Int64(count))] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(seq: try row.optionalInt(0), entry: try row.uuid(1), fault: try row.string(2))
    }
}

/// Where a tenant's audit chain ends.
struct FindChainHead: Statement {
    typealias Scope = AdministrativeScope
    /// The last link.
    struct Found: Sendable {
        let seq: Int64
        let hash: [UInt8]
    }
    let tenant: UUID
    static let sql: StaticString = "SELECT seq, hash FROM app.audit_head($1)"
    var parameters: [Parameter] { [.uuid(tenant)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(seq: try row.int(0), hash: try row.bytes(1))
    }
}

/// Every domain a tenant asked for.
struct ListDomains: Statement {
    typealias Scope = AdministrativeScope
    /// One of them.
    struct Found: Sendable {
        let tenant: UUID
        let domain: String
        let token: String
        let status: String
    }
    static let sql: StaticString = "SELECT tenant, domain, token, status FROM app.list_domains()"
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(
            tenant: try row.uuid(0), domain: try row.string(1), token: try row.string(2), status: try row.string(3))
    }
}

/// The operator's word for a domain; gives what it is then, or `taken` or `unknown`.
struct MarkDomainJudged: Statement {
    typealias Scope = AdministrativeScope
    let tenant: UUID
    let domain: String
    let proven: Bool
    static let sql: StaticString = "SELECT app.judge_domain($1, $2, $3, $4)"
    var parameters: [Parameter] {
        [.uuid(tenant), .text(domain), .bool(proven), .text("The operator says that this is not yours.")]
    }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> String { try row.string(0) }
}
