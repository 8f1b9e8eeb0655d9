internal import Crypto
internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// An API key that was just made.
struct NewAPIKey: Sendable {
    let id: UUID
    let secret: Secret

    /// Makes one and stores what recognises it.
    static func make(
        for tenant: UUID, titled title: String, scopes: [String], expiresAt: Timestamp?, pepper: Secret,
        at now: Timestamp,
        in database: Database
    ) async throws -> NewAPIKey {
        let id = UUID.v7(at: now)
        return try await database.transaction(in: AdministrativeScope.self) { tx in
            guard let owner = try tx.run(ListAllTenants()).first(where: { $0.id == tenant }) else {
                throw ExitError.noSuch("tenant \(PublicID.text(tenant: tenant))")
            }
            let key = try APIKey.make(livemode: owner.livemode)
            let insert = InsertAPIKey(
                tenant: tenant, id: id, mac: key.mac(pepper: pepper), prefix: key.prefix,
                last4: key.last4, title: title, scopes: scopes, expiresAt: expiresAt)
            _ = try tx.one(insert)
            return NewAPIKey(id: id, secret: key.text)
        }
    }
}
