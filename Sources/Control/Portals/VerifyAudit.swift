internal import Billing
internal import Daemon
internal import FoundationEssentials
internal import Postgres

/// `tollgate audit verify`: computes a tenant's audit chain anew and names what was altered.
struct VerifyAudit: Subcommand {
    static let name = "audit verify"
    static let summary = "compute a tenant's audit chain anew; ends with 1 and names what was altered"
    static let usage = "  <tn_…>"
    /// Links looked at in one transaction.
    private static let stride = 20_000

    private let database: OperatorDatabase
    private let tenant: UUID

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        tenant = try PublicID.tenant(arguments.next("the tenant's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let tenant = tenant
        let (head, faults) = try await database.use { database in
            let head = try await database.transaction(in: AdministrativeScope.self) { tx in
                try tx.first(FindChainHead(tenant: tenant))
            }
            var faults: [ListChainFaults.Found] = []
            var seq: Int64 = 0
            repeat {
                let list = ListChainFaults(tenant: tenant, after: seq, count: Self.stride)
                faults += try await database.transaction(in: AdministrativeScope.self) { tx in try tx.run(list) }
                seq += Int64(Self.stride)
            } while seq < head?.seq ?? 0 && faults.count < 100
            return (head, faults)
        }
        for fault in faults {
            Console.complain(
                "\(fault.seq.map(String.init) ?? "-") \(AuditEntry.ID(rawValue: fault.entry).text): \(fault.fault)")
        }
        guard faults.isEmpty else { throw ExitError.failed("\(faults.count) faults in the audit log") }
        Console.say("intact: \(head?.seq ?? 0) entries, head \(head.map { Hex.encode($0.hash) } ?? "none")")
    }
}
