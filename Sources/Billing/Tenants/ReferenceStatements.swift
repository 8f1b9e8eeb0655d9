public import FoundationEssentials
public import Jobs
public import Postgres

/// Which row is meant by the portal's own id or by Stripe's; nil when there is none.
public struct FindReferenced: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.resolve_id($1, $2, $3)"
    /// What it is run with.
    public let parameters: [Parameter]

    /// `noun` like `client`, `form` is `ext` or `stripe`.
    public init(_ noun: String, _ form: String, _ value: String) {
        parameters = [.text(noun), .text(form), .text(value)]
    }

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> UUID? { try row.optionalUUID(0) }
}

/// The client whose people this transaction is entered for; nil: the agency itself.
public struct FindActingClient: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT app.current_client()"

    /// States the question.
    public init() {}

    /// Reads the row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Client.ID? { try row.optionalID(0) }
}
