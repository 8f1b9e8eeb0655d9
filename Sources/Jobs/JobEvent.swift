public import Daemon

/// One line of a command's history: an attempt, an operator's decision, or a call to Stripe.
public struct JobEvent: Sendable, Equatable {
    /// When it ended; of what runs, when it began.
    public let at: Timestamp
    /// running, retry, snooze, dead, lost, succeeded, refused, cancel, resolve:retry, resolve:skip, or call:succeeded,
    /// call:refused, call:void, call:unanswered.
    public let what: String
    /// The attempt's number, or the call's step.
    public let number: Int
    /// How long it took.
    public let took: Duration?
    /// Stripe's status.
    public let httpStatus: Int?
    /// Stripe's code, or ours.
    public let code: String?
    /// Stripe's request id.
    public let requestID: String?
    /// What was said, who decided, or what was called.
    public let detail: String?
    /// When it was to run again.
    public let nextAt: Timestamp?
}

extension JobEvent {
    /// Whether it is a write to Stripe, not an attempt of ours.
    public var isCall: Bool { what.hasPrefix("call:") }
    /// Whether somebody decided it.
    public var isDecision: Bool { what == "cancel" || what.hasPrefix("resolve:") }

    /// How it ended, for a person.
    public var outcome: String {
        switch what {
        case "retry": "failed, tried again"
        case "snooze": "paused"
        case "dead": "given up"
        case "lost": "its worker was lost"
        case "cancel": "canceled"
        case "resolve:retry": "run again by hand"
        case "resolve:skip": "skipped by hand"
        case "call:void": "had no effect"
        default: isCall ? String(what.dropFirst("call:".count)) : what
        }
    }
}
