internal import Daemon
internal import FoundationEssentials
internal import HTTPTypes
internal import Jobs
internal import Postgres

/// `tollgate jobs show`: one command, why it waits, and everything that happened to it.
struct ShowJob: Subcommand {
    static let name = "jobs show"
    static let summary = "one command: why it waits, and everything that happened to it"
    static let usage = """
          <cmd_…>
          --json
        """

    private let database: OperatorDatabase
    private let command: UUID
    private let asJSON: Bool

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        database = OperatorDatabase(settings)
        asJSON = arguments.flag("--json")
        command = try PublicID.command(arguments.next("the command's id"))
    }

    func run(until shutdown: ShutdownSignal) async throws {
        let command = command
        let (found, history) = try await database.use { database in
            try await database.transaction(in: PlatformScope.self) { tx in
                (try tx.first(FindJob(command)), try tx.run(ListJobEvents(command)))
            }
        }
        guard let job = found else { throw ExitError.noSuch("command \(PublicID.text(command: command))") }
        Console.say(asJSON ? try Self.json(job, history).text : Self.text(job, history))
    }

    /// For a person: the facts, why it waits and what to do, each attempt, each write to Stripe.
    static func text(_ job: JobDetails, _ history: [JobEvent]) -> String {
        let id = PublicID.text(command: job.publicID)
        let facts: [(String, String?)] = [
            ("command", id), ("kind", job.kind), ("state", job.state), ("queue", job.queue),
            ("tenant", "\(PublicID.text(tenant: job.tenant)) (\(job.tenantName))"), ("ordering key", job.orderingKey),
            ("created", job.createdAt.rfc3339), ("next try", job.nextAt?.rfc3339),
            ("finished", job.finishedAt?.rfc3339),
            ("attempts", job.attempt == 0 ? "none yet" : "\(job.attempt), of which \(job.failures) failed"),
            ("payload", job.payload), ("result", job.result), ("problem", job.problem),
        ]
        var parts = [facts.compactMap { name, value in value.map { name.padded(to: 14) + $0 } }.joined(separator: "\n")]
        if !job.why.isEmpty { parts.append(job.why) }
        if job.state == "dead" {
            parts.append(
                "Mend the cause, then: tollgate jobs retry \(id)   (--skip gives it up; what waits behind it goes on)")
        }
        let (calls, attempts) = (history.filter(\.isCall), history.filter { !$0.isCall })
        if !attempts.isEmpty { parts.append("What became of each attempt:\n\(table("ATTEMPT", attempts))") }
        if !calls.isEmpty { parts.append("What Stripe was told to do:\n\(table("STEP", calls))") }
        return parts.joined(separator: "\n\n")
    }

    /// The lines of one kind; decisions of operators stand among the attempts, without a number.
    private static func table(_ number: String, _ history: [JobEvent]) -> String {
        var table = Table(number, "AT", "OUTCOME", "MS", "STATUS", "CODE", "REQUEST", "DETAIL")
        for entry in history {
            let next = entry.nextAt.map { "again at \(Timestamp(seconds: $0.seconds).rfc3339)" }
            table.add([
                entry.isDecision ? nil : "\(entry.number)", Timestamp(seconds: entry.at.seconds).rfc3339, entry.outcome,
                entry.took.map { "\($0.wholeMilliseconds)" }, entry.httpStatus.map { "\($0)" }, entry.code,
                entry.requestID, [entry.detail, next].compactMap { $0 }.joined(separator: "; "),
            ])
        }
        return table.text
    }

    private static func json(_ job: JobDetails, _ history: [JobEvent]) throws -> JSON {
        [
            "object": "job", "id": .string(PublicID.text(command: job.publicID)),
            "tenant": .string(PublicID.text(tenant: job.tenant)),
            "queue": .string(job.queue), "kind": .string(job.kind), "state": .string(job.state),
            "ordering_key": .optional(job.orderingKey), "attempt": .integer(Int64(job.attempt)),
            "failures": .integer(Int64(job.failures)),
            "created_at": .string(job.createdAt.rfc3339), "next_at": .optional(job.nextAt?.rfc3339),
            "finished_at": .optional(job.finishedAt?.rfc3339), "payload": try JSON.parse(Array(job.payload.utf8)),
            "result": try job.result.map { try JSON.parse(Array($0.utf8)) } ?? .null,
            "problem": try job.problem.map { try JSON.parse(Array($0.utf8)) } ?? .null, "why": .string(job.why),
            "history": .array(history.map(json)),
        ]
    }

    private static func json(_ entry: JobEvent) -> JSON {
        [
            "at": .string(entry.at.rfc3339), "what": .string(entry.what), "n": .integer(Int64(entry.number)),
            "ms": .optional(entry.took?.wholeMilliseconds), "status": .optional(entry.httpStatus.map(Int64.init)),
            "code": .optional(entry.code),
            "request_id": .optional(entry.requestID), "detail": .optional(entry.detail),
            "next_at": .optional(entry.nextAt?.rfc3339),
        ]
    }
}

extension Duration {
    /// In whole milliseconds.
    var wholeMilliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
