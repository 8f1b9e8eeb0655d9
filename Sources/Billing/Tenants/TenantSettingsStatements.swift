public import Jobs
public import Postgres

/// What a tenant says about the keeping of its house.
public struct TenantSettings: Equatable, Sendable {
    /// Days for which ended commands, their attempts and deliveries are kept. What touched money stays for ever.
    public static let retentionDays: ClosedRange<Int64> = 30...3_650
    /// Seconds after which a difference from Stripe is looked at again, before anybody is told of it.
    public static let settleSeconds: ClosedRange<Int64> = 0...3_600

    /// Within `TenantSettings.retentionDays`.
    public var retentionDays: Int64
    /// Within `TenantSettings.settleSeconds`.
    public var settleSeconds: Int64
}

/// The entered tenant's.
public struct FindTenantSettings: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = "SELECT retention_days::bigint, settle_seconds::bigint FROM app.tenant"

    /// States the question.
    public init() {}

    /// Reads a row.
    public static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> TenantSettings {
        TenantSettings(retentionDays: try row.int(0), settleSeconds: try row.int(1))
    }
}

/// The tenant's, whole.
public struct MarkTenantSettings: Statement {
    /// Where it may run.
    public typealias Scope = TenantScope
    /// The query.
    public static let sql: StaticString = """
        UPDATE app.tenant SET retention_days = $1::bigint::int, settle_seconds = $2::bigint::int
        """
    /// What it is run with.
    public let parameters: [Parameter]

    /// States them.
    public init(_ settings: TenantSettings) {
        parameters = [.int(settings.retentionDays), .int(settings.settleSeconds)]
    }
}
