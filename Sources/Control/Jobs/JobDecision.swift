internal import Daemon
internal import FoundationEssentials
internal import Jobs
internal import Postgres

/// What an operator decides about a command; the database says what became of it.
struct JobDecision: Sendable {
    let database: OperatorDatabase
    let command: UUID
    let decision: ResolveJob.Decision
    let by: String

    /// Carries it out; the words of `jobq.resolve` become a line and an exit code.
    func carryOut() async throws {
        let resolve = ResolveJob(command, decision, actor: by)
        let answer = try await database.use { database in
            try await database.transaction(in: PlatformScope.self) { tx in try tx.first(resolve) }
        }
        let id = PublicID.text(command: command)
        switch answer {
        case nil, "unknown": throw ExitError.noSuch("command \(id)")
        case "retried": Console.say("\(id) runs again")
        case "skipped": Console.say("\(id) is skipped; what waited behind it goes on")
        case "canceled": Console.say("\(id) is canceled")
        case "alive":
            throw ExitError.conflict("\(id) is not dead: it runs, or waits by itself (tollgate jobs show says why)")
        case "finished": throw ExitError.conflict("\(id) has ended; nothing is left to decide")
        case "running": throw ExitError.conflict("\(id) is running just now: ask again when it waits or is dead")
        case "sent":
            throw ExitError.conflict(
                "\(id) has a call at Stripe that is not answered yet: canceling would leave its effect behind. Let it "
                    + "run on; a dead one may be run again by tollgate jobs retry")
        case let word?: throw ExitError.failed("\(id): \(word)")
        }
    }
}
