public import Daemon
public import FoundationEssentials

/// Whether Stripe answers, as the workers see it.
public struct StripeSilence: Sendable, Equatable {
    /// Live commands whose last try got no answer; counted up to a thousand.
    public let waiting: Int64
    /// How many tenants they belong to.
    public let tenants: Int64
    /// Since when the first of them has had none.
    public let since: Timestamp?
    /// The last time that none came.
    public let lastFailureAt: Timestamp?
    /// The newest answer to something that was written; nil when nothing was written lately.
    public let lastAnswerAt: Timestamp?
    /// The command that got none last.
    public let command: UUID?
    /// `no_answer`, `stripe_unreachable`, `unknown_outcome`, or Stripe's own word.
    public let code: String?
    /// What was said.
    public let message: String?

    /// States it.
    public init(
        waiting: Int64, tenants: Int64, since: Timestamp?, lastFailureAt: Timestamp?, lastAnswerAt: Timestamp?,
        command: UUID? = nil, code: String? = nil, message: String? = nil
    ) {
        self.waiting = waiting
        self.tenants = tenants
        self.since = since
        self.lastFailureAt = lastFailureAt
        self.lastAnswerAt = lastAnswerAt
        self.command = command
        self.code = code
        self.message = message
    }

    /// Nothing was answered since the last time that no answer came.
    public var isSilent: Bool {
        guard waiting > 0, let lastFailureAt else { return false }
        return lastAnswerAt.map { $0 < lastFailureAt } ?? true
    }
}
