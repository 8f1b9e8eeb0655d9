/// Whether a client may use the portal, and why not.
public enum AccessState: String, CaseIterable, Sendable {
    /// No open hold.
    case active
    /// Waits for its first payment method (E14).
    case awaitingPayment = "awaiting_payment"
    /// A payment failed; the client still gets in until the grace is over.
    case pastDue = "past_due"
    /// Refused.
    case blocked
    /// Erased; final.
    case closed

    /// Whether the portal should let the client in.
    public var isAllowed: Bool { self == .active || self == .pastDue }

    /// The state that open holds make: the most severe of them wins, none means `active`.
    public init(holds effects: some Sequence<HoldEffect>) {
        self = effects.max { $0.severity < $1.severity }?.state ?? .active
    }
}

/// What an open hold does to its client's access.
public enum HoldEffect: String, CaseIterable, Sendable {
    /// Lets the client in and warns.
    case pastDue = "past_due"
    /// Refuses until a payment method is there.
    case awaitingPayment = "awaiting_payment"
    /// Refuses.
    case blocked
    /// Lets the client in and stops only what costs credits.
    case metered

    /// The state of a client whose only open hold has this effect.
    public var state: AccessState {
        switch self {
        case .pastDue: .pastDue
        case .awaitingPayment: .awaitingPayment
        case .blocked: .blocked
        case .metered: .active
        }
    }

    fileprivate var severity: Int {
        switch self {
        case .metered: 0
        case .pastDue: 1
        case .awaitingPayment: 2
        case .blocked: 3
        }
    }
}
