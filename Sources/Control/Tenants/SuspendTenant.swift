internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate tenants suspend`: its API keys open nothing from here on. What runs already is carried to its end.
struct SuspendTenant: Subcommand {
    static let name = "tenants suspend"
    static let summary = "shut a tenant's API keys out (--undo lets them in again)"
    static let usage = """
          <tn_…>
          --undo
        """

    private let database: OperatorDatabase
    private let tenant: UUID
    private let isUndo: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        isUndo = arguments.flag("--undo")
        tenant = try PublicID.tenant(arguments.next("the tenant's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let mark = MarkTenantSuspended(id: tenant, suspended: !isUndo)
        let isFound = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(mark) }
        }
        guard isFound else { throw ExitError.noSuch("tenant \(PublicID.text(tenant: tenant))") }
        Console.say(isUndo ? "active again" : "suspended")
    }
}
