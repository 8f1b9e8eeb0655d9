internal import Billing
internal import Daemon
internal import Postgres

/// `tollgate domains list`: what agencies want their clients' pages under, and what the TXT records have to hold.
struct ListBrandingDomains: Subcommand {
    static let name = "domains list"
    static let summary = "every domain tenants asked for, with the TXT record that proves it"
    static let usage = "  (no arguments)"

    private let database: OperatorDatabase

    init(_ arguments: inout Arguments, _ settings: Settings) throws { database = OperatorDatabase(settings) }

    func run(until shutdown: ShutdownSignal) async throws {
        let domains = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(ListDomains()) }
        }
        var table = Table("TENANT", "STATE", "TXT RECORD OF", "VALUE")
        for domain in domains {
            table.add([
                PublicID.text(tenant: domain.tenant), domain.status, BrandDomain.recordName(of: domain.domain),
                BrandDomain.recordValue(of: domain.token),
            ])
        }
        Console.say(table.text)
    }
}
