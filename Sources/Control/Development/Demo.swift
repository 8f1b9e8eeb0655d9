internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// The demo tenant: made at the first `tollgate up`, kept afterwards.
struct Demo: Sendable {
    private let folder: DevelopmentFolder

    /// The one of this folder.
    init(_ folder: DevelopmentFolder) { self.folder = folder }

    /// Gives its API key, making the tenant when there is none yet, and writes everything a script needs to demo.env.
    func prepare(_ plan: StackPlan, isRealStripe: Bool, database place: String) async throws -> (
        key: String, isNew: Bool
    ) {
        if let key = value("TOLLGATE_API_KEY") {
            try write(key: key, tenant: value("TOLLGATE_TENANT") ?? "", plan, isRealStripe)
            return (key, false)
        }
        let pepper = try Pepper(in: folder).read()
        let now = WallClock.system.now()
        let insert = InsertTenant(id: UUID.v7(at: now), agency: UUID.v7(at: now), title: "Demo agency", livemode: false)
        let database = Database(
            "\(place) user=tollgate_admin", sessions: 1, name: "tollgate up", waitLimit: .seconds(5))
        try await database.transaction(in: AdministrativeScope.self) { tx in _ = try tx.one(insert) }
        let made = try await NewAPIKey.make(
            for: insert.id, titled: "demo", scopes: ["*"], expiresAt: nil, pepper: pepper, at: now, in: database)
        await database.close()
        return try made.secret.reveal { key in
            try write(key: key, tenant: PublicID.text(tenant: insert.id), plan, isRealStripe)
            return (key, true)
        }
    }

    private func write(key: String, tenant: String, _ plan: StackPlan, _ isRealStripe: Bool) throws {
        let lines = [
            "TOLLGATE_API_KEY=\(key)", "TOLLGATE_TENANT=\(tenant)", "TOLLGATE_URL=\(plan.apiURL)",
            "TOLLGATE_ADMIN_URL=\(plan.adminURL)", "STANDIN_URL=\(isRealStripe ? "" : plan.standInURL)",
        ]
        try folder.secrets.write(lines.joined(separator: "\n"), to: folder.demo, replacing: true)
    }

    private func value(_ name: String) -> String? {
        let lines = SecretFolder.read(folder.demo)?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
