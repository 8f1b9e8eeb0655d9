internal import Daemon

/// One word of `tollgate`: it reads its arguments and settings, then does its work.
protocol Subcommand: Sendable {
    /// The word, or two words: `migrate`, `tenants create`.
    static var name: String { get }
    /// One line for the list of `tollgate help`.
    static var summary: String { get }
    /// What may stand after the name, one line per argument.
    static var usage: String { get }

    /// Takes what it knows from the arguments and the settings; throws `ExitError.usage` when they make no sense.
    init(_ arguments: inout Arguments, _ settings: Settings) throws

    /// Does the work; ends early when a shutdown is asked for.
    func run(until shutdown: ShutdownSignal) async throws
}
