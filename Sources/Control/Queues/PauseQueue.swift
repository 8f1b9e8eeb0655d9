internal import Billing
internal import Daemon

/// `tollgate queues pause`: nothing more of a queue is begun; what runs ends.
struct PauseQueue: Subcommand {
    static let name = "queues pause"
    static let summary = "begin nothing more of a queue, or of one tenant in it; what runs ends"
    static let usage = """
          <queue>            \(QueuePause.queues)
          --reason <text>    why; whoever asks why a command waits is told
          --tenant <tn_…>    only this tenant's
        """

    private let pause: QueuePause

    init(_ arguments: inout Arguments, _ settings: Settings) throws {
        let reason = try arguments.option("--reason") ?? "an operator paused it"
        if let fault = TextRule.fault(in: reason, max: 500) { throw ExitError.usage("--reason: \(fault)") }
        pause = try QueuePause(&arguments, settings, reason: reason)
    }

    func run(until shutdown: ShutdownSignal) async throws { try await pause.carryOut() }
}
