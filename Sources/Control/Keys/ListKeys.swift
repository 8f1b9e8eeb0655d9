internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate keys list`.
struct ListKeys: Subcommand {
    static let name = "keys list"
    static let summary = "a tenant's API keys, without the keys"
    static let usage = """
          --tenant <tn_…>
          --json
        """

    private let database: OperatorDatabase
    private let tenant: UUID
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        asJSON = arguments.flag("--json")
        tenant = try PublicID.tenant(arguments.required("--tenant"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let list = ListAPIKeys(tenant: tenant)
        let keys = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(list) }
        }
        if asJSON { return Console.say(JSON.array(keys.map(Self.json)).text) }
        let now = WallClock.system.now()
        var table = Table("ID", "KEY", "NAME", "STATE", "SCOPES", "LAST USED", "CREATED")
        for key in keys {
            table.add([
                PublicID.text(key: key.id), "\(key.prefix)…\(key.last4)", key.title, Self.state(of: key, at: now),
                key.scopes.joined(separator: ","), key.lastUsedAt?.rfc3339, key.createdAt.rfc3339,
            ])
        }
        Console.say(table.text)
    }

    private static func state(of key: ListAPIKeys.Found, at now: Timestamp) -> String {
        if key.revokedAt != nil { return "revoked" }
        if let expiry = key.expiresAt { return expiry <= now ? "expired" : "until \(expiry.rfc3339)" }
        return "active"
    }

    private static func json(_ key: ListAPIKeys.Found) -> JSON {
        [
            "object": "api_key", "id": .string(PublicID.text(key: key.id)), "prefix": .string(key.prefix),
            "last4": .string(key.last4), "name": .string(key.title), "scopes": .array(key.scopes.map(JSON.string)),
            "expires_at": .optional(key.expiresAt?.rfc3339), "revoked_at": .optional(key.revokedAt?.rfc3339),
            "last_used_at": .optional(key.lastUsedAt?.rfc3339), "created_at": .string(key.createdAt.rfc3339),
        ]
    }
}
