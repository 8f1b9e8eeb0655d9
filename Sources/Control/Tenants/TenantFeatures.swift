internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Postgres

/// `tollgate tenants features`: what a tenant's plan includes (A3, M2). Without words it only shows.
struct TenantFeatures: Subcommand {
    static let name = "tenants features"
    static let summary = "show or change what a tenant's plan includes"
    static let usage = """
          <tn_…>
          --add <feature>      such as payment_processor
          --remove <feature>   what it asks for is answered 403 feature_not_enabled from then on
          --json
        """

    private let database: OperatorDatabase
    private let tenant: UUID
    private let addition: String?
    private let removal: String?
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        addition = try arguments.option("--add")
        removal = try arguments.option("--remove")
        asJSON = arguments.flag("--json")
        for word in [addition, removal] {
            guard let word else { continue }
            let isWord =
                (1...40).contains(word.utf8.count)
                && word.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || $0 == 0x5F
                }
            guard isWord else { throw ExitError.usage("a feature is a word of small letters and underscores") }
        }
        tenant = try PublicID.tenant(arguments.next("the tenant's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let features = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx -> [String] in
                guard let before = try tx.one(FindTenantFeatures(id: tenant)) else {
                    throw ExitError.noSuch("tenant \(PublicID.text(tenant: tenant))")
                }
                var features = before.filter { $0 != removal }
                if let addition, !features.contains(addition) { features.append(addition) }
                if features != before { _ = try tx.one(MarkTenantFeatures(id: tenant, features: features)) }
                return features
            }
        }
        if asJSON {
            let json: JSON = [
                "object": "tenant_features", "tenant": .string(PublicID.text(tenant: tenant)),
                "features": .array(features.map(JSON.string)),
            ]
            return Console.say(json.text)
        }
        Console.say(features.isEmpty ? "none" : features.joined(separator: "\n"))
    }
}
