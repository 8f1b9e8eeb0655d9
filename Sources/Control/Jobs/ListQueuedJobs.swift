internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Jobs
internal import Postgres

/// `tollgate jobs ls`: how deep the queues are, and what is in them.
struct ListQueuedJobs: Subcommand {
    static let name = "jobs ls"
    static let summary = "how deep the queues are, and the newest jobs and dead letters"
    static let usage = """
          --queue <name>     onboarding, subscriptions, invoices, access, metering or webhooks
          --state <word>     ready, running, scheduled, retrying, blocked or dead
          --tenant <tn_…>
          --limit <n>        default 50
          --json
        """

    private let database: OperatorDatabase
    private let list: ListJobs
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        asJSON = arguments.flag("--json")
        list = ListJobs(
            queue: try arguments.word("--queue", of: QueueName.allCases.map(\.rawValue)),
            state: try arguments.word("--state", of: DepthTable.states),
            tenant: try arguments.option("--tenant").map { try PublicID.tenant($0) },
            limit: try arguments.integer("--limit", in: 1...500) ?? 50)
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let list = list
        let (depth, jobs) = try await database.use { database in
            try await database.transaction(in: PlatformScope.self) { tx in
                (try tx.run(ListQueueDepth()), try tx.run(list))
            }
        }
        if asJSON {
            let json: JSON = [
                "object": "queues", "depth": DepthTable(depth: depth).json, "jobs": .array(jobs.map(Self.json)),
            ]
            return Console.say(json.text)
        }
        Console.say(Self.text(DepthTable(depth: depth)))
        Console.say()
        guard !jobs.isEmpty else { return Console.say("No jobs.") }
        var table = Table("COMMAND", "QUEUE", "KIND", "STATE", "TRY", "TENANT", "NEXT", "STRIPE SAID")
        for job in jobs {
            let said = [job.httpStatus.map { "\($0)" }, job.code, job.requestID, job.message].compactMap { $0 }
            table.add([
                PublicID.text(command: job.publicID), job.queue, job.kind, job.state, "\(job.attempt)", job.tenantName,
                job.nextAt?.rfc3339, said.joined(separator: " "),
            ])
        }
        Console.say(table.text)
    }

    /// A row per queue, a column per state.
    private static func text(_ depth: DepthTable) -> String {
        var table = Table("QUEUE", "READY", "RUNNING", "SCHEDULED", "RETRYING", "BLOCKED", "DEAD", "OLDEST READY")
        for queue in depth.queues { table.add([queue] + depth.cells(of: queue)) }
        return table.text
    }

    private static func json(_ job: JobSummary) -> JSON {
        [
            "object": "job", "id": .string(PublicID.text(command: job.publicID)),
            "tenant": .string(PublicID.text(tenant: job.tenant)),
            "queue": .string(job.queue), "kind": .string(job.kind), "state": .string(job.state),
            "ordering_key": .optional(job.orderingKey), "attempt": .integer(Int64(job.attempt)),
            "created_at": .string(job.createdAt.rfc3339), "next_at": .optional(job.nextAt?.rfc3339),
            "stripe": [
                "status": .optional(job.httpStatus.map(Int64.init)), "code": .optional(job.code),
                "request_id": .optional(job.requestID),
                "message": .optional(job.message),
            ],
        ]
    }
}
