public import Daemon

/// One movement of a client's credits; the ledger only grows (V6).
public struct CreditEntry: Equatable, Sendable {
    /// Why credits moved.
    public enum Kind: String, CaseIterable, Sendable {
        /// Bought.
        case purchase
        /// Given by the agency.
        case grant
        /// Used.
        case usage
        /// Set aside.
        case hold
        /// No longer set aside.
        case release
        /// The money was given back.
        case refund
        /// Their time was over.
        case expiry
        /// Corrected by the agency.
        case adjustment
        /// Moved to another client.
        case transfer
    }

    /// What made an entry: each makes one at most.
    public enum Source: Equatable, Sendable {
        /// A payment that succeeded, `pi_…` (V15).
        case payment(String)
        /// A grant or correction by hand.
        case grant(String)
        /// The portal's own event id.
        case usage(String)
        /// A hold that was made, ended, or captured.
        case hold(CreditHold.ID), holdEnd(CreditHold.ID), capture(CreditHold.ID)
        /// A refund at Stripe, `re_…`, and its failure.
        case refund(String), refundFailure(String)
        /// A dispute that was lost, `dp_…`.
        case dispute(String)

        /// The two columns of the unique constraint.
        var columns: (kind: String, id: String) {
            switch self {
            case .payment(let id): ("payment_intent", id)
            case .grant(let id): ("grant", id)
            case .usage(let id): ("usage_event", id)
            case .hold(let id): ("hold", id.text)
            case .holdEnd(let id): ("hold_end", id.text)
            case .capture(let id): ("hold_capture", id.text)
            case .refund(let id): ("refund", id)
            case .refundFailure(let id): ("refund_failure", id)
            case .dispute(let id): ("dispute", id)
            }
        }
    }

    /// Which one.
    public var id: CreditEntry.ID
    /// Whose credits.
    public var client: Client.ID
    /// 1, 2, 3 … of the client's entries, without a gap.
    public var seq: Int64
    /// Why they moved.
    public var kind: Kind
    /// How many; below zero they were taken away.
    public var amount: CreditAmount
    /// What was left.
    public var balanceAfter: CreditAmount
    /// `payment_intent`, `grant`, `usage_event`, …
    public var sourceKind: String
    /// What made it.
    public var sourceID: String
    /// The version of the price it was sold by.
    public var pricing: CreditPricing.ID?
    /// In people's words.
    public var reason: String?
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// When.
    public var createdAt: Timestamp

    /// What there was before it.
    public var balanceBefore: CreditAmount { CreditAmount(micro: balanceAfter.micro - amount.micro) }
}

/// A client's credits at a glance.
public struct CreditBalance: Equatable, Sendable {
    /// What can be used.
    public var available: CreditAmount
    /// What is set aside by open holds.
    public var held: CreditAmount
    /// Entries so far; 0: the client never had credits.
    public var entries: Int64
}

/// A tenant's rules about clients without credits.
public struct CreditPolicy: Equatable, Sendable {
    /// What becomes of a client whose credits are used up.
    public enum OnExhausted: String, CaseIterable, Sendable {
        /// The client is blocked.
        case block
        /// Only what costs credits stops; the hold says so, and the client comes in.
        case soft
        /// Nothing but that usage is refused.
        case none
    }

    /// What becomes of a client whose credits are used up.
    public var onExhausted: OnExhausted
    /// How far below nothing usage may go; zero or less.
    public var floor: CreditAmount
    /// Below which the portal is told; nil: never.
    public var lowAt: CreditAmount?

    /// States the rules.
    public init(onExhausted: OnExhausted = .none, floor: CreditAmount = .zero, lowAt: CreditAmount? = nil) {
        self.onExhausted = onExhausted
        self.floor = floor
        self.lowAt = lowAt
    }
}
