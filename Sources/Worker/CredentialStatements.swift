internal import Billing
internal import FoundationEssentials
internal import Jobs
internal import Postgres

/// How the entered tenant's Stripe account is reached, ciphertext included. Only `TenantStripe` may open it.
struct FindRoute: Statement {
    typealias Scope = TenantScope
    let parameters: [Parameter]

    /// With the active key, or with a pasted one that is not proven yet.
    init(candidate: SealedSecret.ID? = nil) {
        parameters = [.optional(candidate?.rawValue)]
    }

    static let sql: StaticString = """
        SELECT t.tenant_id, t.livemode, c.id, c.mode, c.status, c.account_id, s.id, s.version, s.envelope
          FROM app.tenant t
          LEFT JOIN app.connection c ON c.tenant_id = t.tenant_id
          LEFT JOIN app.sealed_secret s ON s.tenant_id = c.tenant_id AND s.id = coalesce($1::uuid, c.secret_id)
            AND s.purpose = 'stripe-api'
               AND s.retired_at IS NULL
        """

    static func decode(_ row: borrowing ResultRow) throws(PostgresError) -> Route {
        var sealed: Route.Sealed?
        if let id = try row.optionalUUID(6) {
            sealed = Route.Sealed(
                id: SealedSecret.ID(rawValue: id), version: try row.int32(7), envelope: try row.bytes(8))
        }
        return Route(
            tenant: try row.int(0), livemode: try row.bool(1),
            connection: try row.optionalUUID(2).map(Connection.ID.init(rawValue:)),
            mode: try row.optionalString(3).flatMap(Connection.Mode.init(rawValue:)),
            status: try row.optionalString(4).flatMap(ConnectionStatus.init(rawValue:)),
            account: try row.optionalString(5), sealed: sealed)
    }
}
