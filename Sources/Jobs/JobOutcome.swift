/// What came of one attempt.
public enum JobOutcome: Sendable, Equatable {
    /// The command succeeded; its result as JSON.
    case done(result: String?)
    /// The wish was refused for business reasons (a card declined): the command ends, its key goes on. The problem as
    /// JSON.
    case failed(problem: String)
    /// It may work later: counts a failure and waits with growing pauses.
    case retry(JobFailure)
    /// Not now: counts no failure. Zero runs it again at once.
    case snooze(Duration, JobFailure?)
    /// It will never work: given up on until an operator decides.
    case dead(JobFailure)
    /// The handler's own transaction finished it already.
    case recorded

    /// The word for figures.
    var word: String {
        switch self {
        case .done, .recorded: "succeeded"
        case .failed: "failed"
        case .retry: "retry"
        case .snooze: "snoozed"
        case .dead: "dead"
        }
    }
}
