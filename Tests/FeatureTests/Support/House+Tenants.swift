import Crypto
import Daemon
import Foundation
import HTTPTypes
import TestSupport

extension House {
    /// A new agency with an API key that may do everything; its calls are not slowed.
    func newPortal(
        _ name: String = "Agency", livemode: Bool = false, scopes: [String] = ["*"], agency: UUID = UUID()
    ) async throws -> APIClient {
        let tenant = UUID()
        try await sql("SELECT app.add_tenant('\(tenant)', '\(agency)', '\(name)', \(livemode))")
        try await sql("UPDATE jobq.bucket SET rate = 5000, ceiling = 5000")
        return try await newKey(of: tenant, livemode: livemode, scopes: scopes)
    }

    /// Another API key of a tenant, by the tenant's public uuid.
    func newKey(of tenant: UUID, livemode: Bool = false, scopes: [String] = ["*"]) async throws -> APIClient {
        let key = try APIKey.make(livemode: livemode)
        let pepper = Secret(bytes: Hex.decode(plan.pepper) ?? [])
        let list = scopes.map { "'\($0)'" }.joined(separator: ",")
        try await sql(
            """
            SELECT app.add_api_key('\(tenant)', gen_random_uuid(), '\\x\(Hex.encode(key.mac(pepper: pepper)))', \
            1::smallint, '\(key.prefix)', '\(key.last4)', 'test', ARRAY[\(list)], NULL)
            """)
        return APIClient(url: plan.apiURL, key: key.text.reveal { $0 }, transport: transport)
    }

    /// A portal whose Stripe account is connected, and the account's key: what most rows begin with.
    func newShop(_ name: String = "Agency") async throws -> (portal: APIClient, stripeKey: String) {
        let portal = try await newPortal(name)
        return (portal, try await portal.connect())
    }

    /// Any SQL as a superuser.
    @discardableResult func sql(_ text: String) async throws -> [[String?]] { try await database.run(text) }

    /// The single value of a query.
    func value(_ text: String) async throws -> String? { try await database.value(text) }
}
