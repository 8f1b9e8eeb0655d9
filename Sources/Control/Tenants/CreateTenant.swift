internal import Billing
internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate tenants create`: an agency in one mode.
struct CreateTenant: Subcommand {
    static let name = "tenants create"
    static let summary = "make a tenant (an agency in one mode)"
    static let usage = """
          --name <text>      what the agency is called: one line of up to 200 characters
          --mode test|live   which of its two worlds this is; an agency with both has two tenants
          --agency <uuid>    the agency, when its other tenant is there already
          --json
        """

    private let database: OperatorDatabase
    private let title: String
    private let livemode: Bool
    private let agency: UUID?
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        title = try arguments.required("--name")
        if let fault = TextRule.fault(in: title, max: 200) { throw ExitError.usage("--name: \(fault)") }
        let mode = try arguments.option("--mode") ?? "test"
        guard ["test", "live"].contains(mode) else { throw ExitError.usage("--mode is test or live") }
        livemode = mode == "live"
        agency = try arguments.option("--agency").map { text in
            guard let uuid = UUID(uuidString: text) else { throw ExitError.usage("--agency is a UUID") }
            return uuid
        }
        asJSON = arguments.flag("--json")
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let now = WallClock.system.now()
        let insert = InsertTenant(
            id: UUID.v7(at: now), agency: agency ?? UUID.v7(at: now), title: title, livemode: livemode)
        try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in _ = try tx.one(insert) }
        }
        let id = PublicID.text(tenant: insert.id)
        if asJSON {
            let json: JSON = [
                "object": "tenant", "id": .string(id), "agency": .string(insert.agency.uuidString.lowercased()),
                "name": .string(title), "livemode": .bool(livemode),
            ]
            return Console.say(json.text)
        }
        Console.say(id)
        Console.complain("Next: tollgate keys create --tenant \(id)")
    }
}
