internal import Daemon
internal import DomainNames
internal import FoundationEssentials
internal import Postgres

/// `tollgate domains confirm`: the operator's word for a domain, where name servers cannot be asked. It stands until it
/// is taken back; nothing checks it again.
struct JudgeDomain: Subcommand {
    static let name = "domains confirm"
    static let summary = "say that a domain is a tenant's, whatever name servers say (--failed: that it is not)"
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
        let written = try arguments.next("the domain")
        do {
            mark = MarkDomainJudged(tenant: tenant, domain: try DomainName(written).text, proven: !isFailed)
        } catch {
            throw ExitError.usage("\(written) \(error.detail)")
        }
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
