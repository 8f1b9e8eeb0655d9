/// Why there is no answer. What matters to whoever moves money is only whether the request may have taken effect.
public enum HTTPClientError: Error, Equatable, Sendable {
    /// Surely no effect: refused here, no such host, no connection. No byte of the request left this machine.
    case notSent(String)
    /// Bytes may have left: the other side may or may not have acted.
    case unknownOutcome(String)
    /// The answer was larger than we read; the other side has acted.
    case tooLarge
    /// The task was cancelled while the request was under way: the outcome is unknown.
    case canceled
}
