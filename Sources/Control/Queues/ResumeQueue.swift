internal import Daemon

/// `tollgate queues resume`: a paused queue goes on.
struct ResumeQueue: Subcommand {
    static let name = "queues resume"
    static let summary = "let a paused queue, or one tenant in it, go on"
    static let usage = """
          <queue>            \(QueuePause.queues)
          --tenant <tn_…>    only this tenant's, whoever stopped it
        """

    private let pause: QueuePause

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        pause = try QueuePause(&arguments, settings, reason: nil)
    }

    func run(until shutdown: ShutdownSignal) async throws { try await pause.carryOut() }
}
