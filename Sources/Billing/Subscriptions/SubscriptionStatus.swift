/// Where a subscription stands: our own words before Stripe knows it, then Stripe's eight, mirrored exactly.
public enum SubscriptionStatus: String, CaseIterable, Sendable {
    /// Being written by the agency.
    case draft
    /// Waits for the client's card; nothing of it exists at Stripe (F11).
    case awaitingPayment = "awaiting_payment"
    /// Starts on a later day.
    case scheduled
    /// Its command is on its way to Stripe.
    case starting
    /// Stripe: the first payment did not succeed yet; 23 hours.
    case incomplete
    /// Stripe: the 23 hours are over.
    case incompleteExpired = "incomplete_expired"
    /// Stripe: in its trial.
    case trialing
    /// Stripe: paid.
    case active
    /// Stripe: the latest invoice is unpaid, retries go on.
    case pastDue = "past_due"
    /// Stripe: ended; final (V13).
    case canceled
    /// Stripe: retries are exhausted, the subscription stays.
    case unpaid
    /// Stripe: a trial ended without a card, payment failed for good, or somebody paused it.
    case paused

    /// Whether the client gets what it pays for.
    public var isRunning: Bool { self == .active || self == .trialing }

    /// Whether nothing can change it any more: our `incomplete_expired` may be started anew, at Stripe it may not.
    public var isOver: Bool { self == .canceled || self == .incompleteExpired }

    /// Whether Stripe has an object for it.
    public var isAtStripe: Bool {
        switch self {
        case .draft, .awaitingPayment, .scheduled, .starting: false
        default: true
        }
    }

    /// Whether it waits for the client's first payment.
    public var isWaitingForPayment: Bool {
        switch self {
        case .draft, .awaitingPayment, .starting, .incomplete, .incompleteExpired: true
        default: false
        }
    }

    /// Whether this status may follow another one. Missed events are legal, so every status Stripe may have by now may
    /// follow every other one, but what is over stays over, and what Stripe knows never becomes ours again.
    public func mayFollow(_ before: SubscriptionStatus) -> Bool {
        if self == before { return true }
        switch before {
        case .canceled: return false
        case .incompleteExpired: return self == .awaitingPayment || self == .starting || self == .canceled
        case .draft, .awaitingPayment, .scheduled: return true
        case .starting: return self != .draft && self != .scheduled
        default: return isAtStripe || (before == .incomplete && self == .awaitingPayment)
        }
    }
}

/// Why a subscription ended (F15); words Stripe adds later are kept.
public struct CancellationReason: RawRepresentable, Hashable, Sendable {
    /// Stripe's word.
    public var rawValue: String
    /// Keeps Stripe's word.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Retries were exhausted, or payment is owed: the one that blocks.
    public static let paymentFailed = CancellationReason(rawValue: "payment_failed")
    /// Somebody wanted it.
    public static let cancellationRequested = CancellationReason(rawValue: "cancellation_requested")
    /// A charge was disputed.
    public static let paymentDisputed = CancellationReason(rawValue: "payment_disputed")
}
