internal import Billing
internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// Sets what the platform takes for a credit of a tenant; gives whether there is such a tenant.
struct MarkPlatformCost: Statement {
    typealias Scope = AdministrativeScope
    let tenant: UUID
    let currency: Currency
    let cost: CreditCost
    static let sql: StaticString = "SELECT app.set_credit_base_cost($1, $2, $3::text::numeric)"
    var parameters: [Parameter] { [.uuid(tenant), .text(currency.code), .text(cost.text)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Bool { try row.bool(0) }
}

/// What the platform takes for a credit of a tenant: a row for each currency, one without when it takes nothing, none
/// when there is no such tenant.
struct ListPlatformCosts: Statement {
    typealias Scope = AdministrativeScope
    /// Of one currency.
    struct Found: Sendable {
        let currency: String?
        let cost: String?
    }
    let tenant: UUID
    static let sql: StaticString = "SELECT currency, cost FROM app.list_credit_base_costs($1)"
    var parameters: [Parameter] { [.uuid(tenant)] }
    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Found {
        Found(currency: try row.optionalString(0), cost: try row.optionalString(1))
    }
}
