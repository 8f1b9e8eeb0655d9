internal import Daemon
internal import Jobs

/// `tollgate jobs retry`: a dead letter runs again, with the same idempotency keys.
struct RetryJob: Subcommand {
    static let name = "jobs retry"
    static let summary = "run a dead command again, under the same idempotency keys (--skip gives it up instead)"
    static let usage = """
          <cmd_…>
          --skip         give it up, and let what waited behind it go on
          --by <name>    who decides; it is kept in the command's history
        """

    private let decision: JobDecision

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        let database = OperatorDatabase(settings)
        let isSkip = arguments.flag("--skip")
        let by = try arguments.option("--by") ?? "cli"
        decision = JobDecision(
            database: database, command: try PublicID.command(arguments.next("the command's id")),
            decision: isSkip ? .skip : .retry, by: "operator:\(by)")
    }

    func run(until shutdown: ShutdownSignal) async throws { try await decision.carryOut() }
}
