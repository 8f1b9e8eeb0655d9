internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate domains confirm`: the operator has looked at the TXT record. Our programs ask no name server themselves.
struct JudgeDomain: Subcommand {
    static let name = "domains confirm"
    static let summary = "say that a domain's TXT record holds its value (--failed: that it does not)"
    static let usage = """
          <tn_…> <domain>
          --failed
        """

    private let database: OperatorDatabase
    private let mark: MarkDomainJudged

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        let isFailed = arguments.flag("--failed")
        let tenant = try PublicID.tenant(arguments.next("the tenant's id"))
        mark = MarkDomainJudged(tenant: tenant, domain: try arguments.next("the domain"), proven: !isFailed)
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let mark = mark
        let word = try await database.use { database in
            try await database.transaction(in: AdministrativeScope.self) { tx in try tx.one(mark) }
        }
        switch word {
        case "unknown": throw ExitError.noSuch("domain \(mark.domain) of that tenant")
        case "taken": throw ExitError.conflict("another tenant has proven \(mark.domain)")
        default: Console.say(word)
        }
    }
}
