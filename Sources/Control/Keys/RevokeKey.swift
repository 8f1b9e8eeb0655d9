internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate keys revoke`: the key opens nothing from here on.
struct RevokeKey: Subcommand {
    static let name = "keys revoke"
    static let summary = "end an API key at once"
    static let usage = """
          <key_…>
          --tenant <tn_…>
        """

    private let database: OperatorDatabase
    private let tenant: UUID
    private let key: UUID

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        tenant = try PublicID.tenant(arguments.required("--tenant"))
        key = try PublicID.key(arguments.next("the key's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let mark = MarkAPIKeyRevoked(tenant: tenant, id: key)
        let isFound = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(mark) }
        }
        guard isFound else { throw ExitError.noSuch("key \(PublicID.text(key: key)) of that tenant") }
        Console.say("revoked")
    }
}
