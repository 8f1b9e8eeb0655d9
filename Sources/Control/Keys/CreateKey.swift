internal import Crypto
internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate keys create`: an API key. It is printed once; the database keeps only what recognises it.
struct CreateKey: Subcommand {
    static let name = "keys create"
    static let summary = "make an API key for a tenant; it is printed this once"
    static let usage = """
          --tenant <tn_…>
          --name <text>       what it is for
          --scopes <a,b>      what it may do: clients:read, invoices:write, access:*, … (default: *, everything)
          --days <n>          how long it lives (default: for ever)
          --json
        """

    private let database: OperatorDatabase
    private let pepper: Pepper
    private let tenant: UUID
    private let title: String
    private let scopes: [String]
    private let days: Int?
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        pepper = Pepper(settings)
        asJSON = arguments.flag("--json")
        tenant = try PublicID.tenant(arguments.required("--tenant"))
        title = try arguments.option("--name") ?? ""
        scopes = try (arguments.option("--scopes") ?? "*").split(separator: ",").map(String.init)
        days = try arguments.integer("--days", in: 1...3650)
        guard scopes.allSatisfy(Scopes.isKnown) else { throw ExitError.usage("--scopes knows \(Scopes.list)") }
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let tenant = tenant, title = title, scopes = scopes
        let now = WallClock.system.now()
        let expiry = days.map { now + .seconds(86_400 * $0) }
        let pepper = try pepper.read()
        let made = try await database.use { database in
            try await NewAPIKey.make(
                for: tenant, titled: title, scopes: scopes, expiresAt: expiry, pepper: pepper, at: now, in: database)
        }
        let id = PublicID.text(key: made.id)
        made.secret.reveal { key in
            if asJSON {
                let json: JSON = [
                    "object": "api_key", "id": .string(id), "tenant": .string(PublicID.text(tenant: tenant)),
                    "key": .string(key), "scopes": .array(scopes.map(JSON.string)),
                    "expires_at": .optional(expiry?.rfc3339),
                ]
                return Console.say(json.text)
            }
            Console.say(key)
        }
        if !asJSON { Console.complain("This is \(id). It is shown only now: keep it like a password.") }
    }
}
