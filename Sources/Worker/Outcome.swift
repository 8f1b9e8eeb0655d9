public import Daemon
internal import HTTPTypes
public import Jobs

/// What came of a step. Whatever a handler leaves open is judged by `Verdicts`.
public enum Outcome: Sendable {
    /// The wish is fulfilled; the result as JSON text, shown to the tenant.
    case done(result: String? = nil)
    /// The rows have moved on: look at them again.
    case again
    /// One more call, known already; its attempt is committed together with what was just recorded.
    case next(Intention)
    /// Not now; counts no failure.
    case snooze(Duration, JobFailure)
    /// It may work later; counts a failure.
    case retry(JobFailure)
    /// Refused for business reasons: the command ends as failed and its key goes on.
    case refused(Refusal)
    /// It will never work, and what waits behind it should wait for an operator.
    case dead(JobFailure)
}

extension Outcome {
    /// Done, with a page to send somebody to.
    public static func done(url: String, expiresAt: Timestamp?) -> Outcome {
        var result: JSONObject = ["url": .string(url)]
        result["expires_at"] = expiresAt.map { .integer($0.seconds) }
        return .done(result: JSON.object(result).text)
    }

    /// Done, with all that a reader of the command should know.
    public static func done(_ result: some Encodable) throws -> Outcome { .done(result: try result.jsonText()) }

    /// There is more of it than a turn has time for: the rest is another turn's, which begins at the place that was
    /// kept. Others have theirs first.
    public static func pause(_ code: String, _ message: String) -> Outcome {
        .snooze(.zero, JobFailure(code: code, message: message))
    }

    /// Done, with a number a reader of the command should know.
    public static func done(_ name: String, _ count: Int64) -> Outcome {
        .done(result: JSON.object([name: .integer(count)]).text)
    }

    /// Done, with something a reader of the command should know.
    public static func done(_ name: String, _ value: String) -> Outcome {
        .done(result: JSON.object([name: .string(value)]).text)
    }
}
