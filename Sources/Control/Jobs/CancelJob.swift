internal import Daemon
internal import Jobs

/// `tollgate jobs cancel`: ends a command that waits.
struct CancelJob: Subcommand {
    static let name = "jobs cancel"
    static let summary = "end a command that has not begun or waits for its next try"
    static let usage = """
          <cmd_…>
          --by <name>    who decides; it is kept in the command's history
        """

    private let decision: JobDecision

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        let database = OperatorDatabase(settings)
        let by = try arguments.option("--by") ?? "cli"
        decision = JobDecision(
            database: database, command: try PublicID.command(arguments.next("the command's id")), decision: .cancel,
            by: "operator:\(by)")
    }

    func run(until shutdown: ShutdownSignal) async throws { try await decision.carryOut() }
}
