internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate tenants list`.
struct ListTenants: Subcommand {
    static let name = "tenants list"
    static let summary = "every tenant"
    static let usage = "  --json"

    private let database: OperatorDatabase
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        asJSON = arguments.flag("--json")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let tenants = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(ListAllTenants()) }
        }
        if asJSON { return Console.say(JSON.array(tenants.map(Self.json)).text) }
        var table = Table("ID", "NAME", "MODE", "STATE", "KEYS", "CREATED")
        for tenant in tenants {
            table.add([
                PublicID.text(tenant: tenant.id), tenant.title, tenant.livemode ? "live" : "test",
                tenant.suspendedAt == nil ? "active" : "suspended", "\(tenant.apiKeys)", tenant.createdAt.rfc3339,
            ])
        }
        Console.say(table.text)
    }

    private static func json(_ tenant: ListAllTenants.Found) -> JSON {
        [
            "object": "tenant", "id": .string(PublicID.text(tenant: tenant.id)),
            "agency": .string(tenant.agency.uuidString.lowercased()), "name": .string(tenant.title),
            "livemode": .bool(tenant.livemode), "suspended_at": .optional(tenant.suspendedAt?.rfc3339),
            "api_keys": .integer(tenant.apiKeys), "created_at": .string(tenant.createdAt.rfc3339),
        ]
    }
}
