public import Daemon

/// One reason why a client may not get in, or gets in with a warning. A client's access is a function of its open
/// holds.
public struct AccessHold: Equatable, Sendable {
    /// Which one.
    public var id: AccessHold.ID
    /// Why it was opened.
    public var reason: HoldReason
    /// What it does while it is open.
    public var effect: HoldEffect
    /// The rule that made a `payment_failed` hold.
    public var policy: BlockPolicy?
    /// The subscription it is about; a payment for another one does not release it.
    public var subscription: Subscription.ID?
    /// The unpaid invoice behind it.
    public var invoice: Invoice.ID?
    /// What happened that opened it.
    public var cause: AccessCause
    /// When the grace of a `past_due` hold is over.
    public var deadline: Timestamp?
    /// When it was opened, by our clock.
    public var openedAt: Timestamp
    /// How it ended; nil while it is open.
    public var release: HoldRelease?
    /// When a block by hand ends by itself.
    public var expiresAt: Timestamp?
    /// Who blocked by hand; nil is the agency's own key. Somebody lower does not undo it.
    public var openedRole: PortalRole?
    /// Why, in the words of whoever blocked by hand.
    public var note: String?
    /// Stripe's id of the dispute.
    public var dispute: String?

    /// States the facts.
    public init(
        id: AccessHold.ID, reason: HoldReason, effect: HoldEffect, policy: BlockPolicy? = nil,
        subscription: Subscription.ID? = nil, invoice: Invoice.ID? = nil, cause: AccessCause,
        deadline: Timestamp? = nil,
        openedAt: Timestamp, release: HoldRelease? = nil, expiresAt: Timestamp? = nil, openedRole: PortalRole? = nil,
        note: String? = nil, dispute: String? = nil
    ) {
        self.id = id
        self.reason = reason
        self.effect = effect
        self.policy = policy
        self.subscription = subscription
        self.invoice = invoice
        self.cause = cause
        self.deadline = deadline
        self.openedAt = openedAt
        self.release = release
        self.expiresAt = expiresAt
        self.openedRole = openedRole
        self.note = note
        self.dispute = dispute
    }

    /// Whether it still counts.
    public var isOpen: Bool { release == nil }
}

/// Why a hold was opened.
public enum HoldReason: String, CaseIterable, Sendable {
    /// The first subscription waits for a card (E14).
    case awaitingPayment = "awaiting_payment"
    /// A subscription is not paid (G5).
    case paymentFailed = "payment_failed"
    /// The last subscription ended by wish.
    case noSubscription = "no_subscription"
    /// Prepaid credits are used up.
    case creditsExhausted = "credits_exhausted"
    /// A charge is disputed.
    case dispute
    /// The agency blocked the client.
    case manual
    /// The agency itself is suspended; only the platform releases it.
    case tenant
}

/// How a hold ended.
public enum HoldRelease: String, CaseIterable, Sendable {
    /// What was owed was paid, or a card was saved and the subscription runs.
    case payment
    /// The agency waived it (G7).
    case manual
    /// A newer subscription runs (G9).
    case subscription
    /// Another hold took its place, or what it was about is gone.
    case superseded
    /// Its time was over.
    case expired
    /// The dispute was won, or withdrawn.
    case won
    /// The platform took its block away.
    case platform
    /// The tenant's policy no longer asks for it.
    case policy
}

/// What made an access decision: the end of its cause chain (V12).
public struct AccessCause: Hashable, Sendable {
    /// What kind of thing the id names.
    public enum Kind: String, CaseIterable, Sendable {
        /// A Stripe event.
        case event
        /// One of our commands.
        case command
        /// A tenant's API key.
        case apiKey = "api_key"
        /// A portal user.
        case user
        /// The platform's operator.
        case `operator`
        /// The end of a grace period.
        case deadline
    }

    /// What kind of thing `id` names.
    public var kind: Kind
    /// `evt_…`, `cmd_…`, `key_…` or `hold_…`.
    public var id: String

    /// Names the cause.
    public init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}
