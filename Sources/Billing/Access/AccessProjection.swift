public import Daemon

/// Decides which holds of a client open and close, from facts alone: no clock, no database. Deciding twice changes
/// nothing the second time, and the order in which the facts became known does not matter.
public struct AccessProjection {
    /// A hold that should be open.
    public struct Opening: Equatable, Sendable {
        /// Why.
        public var reason: HoldReason
        /// What it does.
        public var effect: HoldEffect
        /// The rule that made it.
        public var policy: BlockPolicy?
        /// What it is about.
        public var subscription: Subscription.ID?
        /// The unpaid invoice behind it.
        public var invoice: Invoice.ID?
        /// When its grace is over.
        public var deadline: Timestamp?
        /// When a block by hand ends by itself.
        public var expiresAt: Timestamp?
        /// Who blocks by hand.
        public var role: PortalRole?
        /// Why, in words.
        public var note: String?
        /// Stripe's id of the dispute.
        public var dispute: String?

        /// States the wish.
        public init(
            reason: HoldReason, effect: HoldEffect, policy: BlockPolicy? = nil, subscription: Subscription.ID? = nil,
            invoice: Invoice.ID? = nil, deadline: Timestamp? = nil, expiresAt: Timestamp? = nil,
            role: PortalRole? = nil, note: String? = nil, dispute: String? = nil
        ) {
            self.expiresAt = expiresAt
            self.role = role
            self.note = note
            self.dispute = dispute
            self.reason = reason
            self.effect = effect
            self.policy = policy
            self.subscription = subscription
            self.invoice = invoice
            self.deadline = deadline
        }
    }

    /// What has to change.
    public enum Consequence: Equatable, Sendable {
        /// A new hold.
        case open(Opening)
        /// The end of an open one.
        case release(AccessHold.ID, HoldRelease)
        /// Its invoice changed, and with it the end of the grace (derived, never counted on).
        case move(AccessHold.ID, deadline: Timestamp?)
    }

    let facts: AccessFacts
    let policy: AccessPolicy
    let now: Timestamp
    var consequences: [Consequence] = []

    /// What has to change so that the holds agree with the facts.
    public static func consequences(of facts: AccessFacts, policy: AccessPolicy, now: Timestamp) -> [Consequence] {
        var projection = AccessProjection(facts: facts, policy: policy, now: now)
        for subscription in facts.subscriptions { projection.judge(subscription) }
        projection.releaseAwaiting()
        projection.releaseExpired()
        projection.judgeDisputes()
        projection.judgeEnd()
        return projection.consequences
    }

    private init(facts: AccessFacts, policy: AccessPolicy, now: Timestamp) {
        self.facts = facts
        self.policy = policy
        self.now = now
    }

    private mutating func judge(_ subscription: AccessFacts.SubscriptionFact) {
        let block = open(.paymentFailed, .blocked, of: subscription.id)
        let grace = open(.paymentFailed, .pastDue, of: subscription.id)
        if let wanted = wantedBlock(for: subscription, after: grace), !isSettled(wanted, by: subscription) {
            if block == nil { consequences.append(.open(wanted)) }
            if let grace { consequences.append(.release(grace.id, .superseded)) }
            return
        }
        if let block {
            if subscription.status.isRunning, subscription.failedInvoice == nil {
                consequences.append(.release(block.id, .payment))
            } else if isReplaced(subscription, since: block.openedAt) {
                consequences.append(.release(block.id, .subscription))
            }
            // Otherwise it stays: a policy that changed, or a wish that came later, does not let anybody in by itself.
            return
        }
        judgeGrace(subscription, open: grace)
    }

    /// A failing subscription that does not block (yet) warns, with the deadline its oldest failed invoice gives it.
    private mutating func judgeGrace(_ subscription: AccessFacts.SubscriptionFact, open grace: AccessHold?) {
        let isFailing =
            !subscription.status.isOver && (isOwing(subscription.status) || subscription.failedInvoice != nil)
        let deadline =
            rules(of: subscription).blockOn == .graceElapsed
            ? subscription.firstFailedAt.map { $0 + rules(of: subscription).grace } : nil
        switch (isFailing, grace) {
        case (true, nil):
            let wanted = Opening(
                reason: .paymentFailed, effect: .pastDue, policy: rules(of: subscription).blockOn,
                subscription: subscription.id,
                invoice: subscription.failedInvoice, deadline: deadline)
            if !wasWaived(wanted, by: subscription) { consequences.append(.open(wanted)) }
        case (true, let grace?):
            if grace.deadline != deadline { consequences.append(.move(grace.id, deadline: deadline)) }
        case (false, let grace?):
            consequences.append(.release(grace.id, subscription.status.isRunning ? .payment : .superseded))
        case (false, nil):
            break
        }
    }

    /// E14: the first card is saved and something runs, or nothing waits any more. What runs without a card ends
    /// nothing by itself; the end of what was waited for does.
    private mutating func releaseAwaiting() {
        let isRunning = facts.subscriptions.contains { $0.status.isRunning }
        let isWaiting = facts.subscriptions.contains { $0.status.isWaitingForPayment }
        for hold in facts.holds where hold.isOpen && hold.reason == .awaitingPayment {
            if facts.hasCard && isRunning {
                consequences.append(.release(hold.id, .payment))
            } else if !isWaiting, !isRunning || isOver(hold.subscription) {
                consequences.append(.release(hold.id, .superseded))
            }
        }
    }

    private func isOver(_ subscription: Subscription.ID?) -> Bool {
        facts.subscriptions.contains { $0.id == subscription && $0.status.isOver }
    }

    /// The unpaid invoice stays in the chain although Stripe closes it together with the subscription.
    private func wantedBlock(for subscription: AccessFacts.SubscriptionFact, after grace: AccessHold?) -> Opening? {
        let isDue =
            switch subscription.status {
            case .pastDue:
                rules(of: subscription).blockOn == .pastDueImmediately || isGraceOver(subscription)
            case .unpaid: isGivenUpOn(subscription)
            // Stripe may pause what it gave up on; what somebody paused owes nothing.
            case .paused where subscription.failedInvoice != nil: isGivenUpOn(subscription)
            case .canceled:
                subscription.cancellationReason == .paymentFailed
            default:
                isGraceOver(subscription)
            }
        guard isDue else { return nil }
        return Opening(
            reason: .paymentFailed, effect: .blocked, policy: rules(of: subscription).blockOn,
            subscription: subscription.id,
            invoice: subscription.failedInvoice ?? grace?.invoice)
    }

    private func isGivenUpOn(_ subscription: AccessFacts.SubscriptionFact) -> Bool {
        rules(of: subscription).blockOn != .canceledForNonpayment
            && (rules(of: subscription).blockOn != .graceElapsed || isGraceOver(subscription))
    }

    private func isGraceOver(_ subscription: AccessFacts.SubscriptionFact) -> Bool {
        guard rules(of: subscription).blockOn == .graceElapsed, !subscription.status.isOver,
            let failed = subscription.firstFailedAt
        else {
            return false
        }
        return failed + rules(of: subscription).grace <= now
    }

    /// Whether a block for this was ended by somebody, or by a newer subscription, and must not come back.
    private func isSettled(_ wanted: Opening, by subscription: AccessFacts.SubscriptionFact) -> Bool {
        if wasWaived(wanted, by: subscription) { return true }
        guard subscription.status.isOver else { return false }
        if let block = open(.paymentFailed, .blocked, of: subscription.id) {
            return isReplaced(subscription, since: block.openedAt)
        }
        return facts.holds.contains {
            $0.subscription == subscription.id && $0.effect == .blocked && $0.release == .subscription
        }
    }

    /// A waiver counts for the incident it was given for: the next unpaid invoice is another one. That a subscription
    /// was canceled happens once, whichever of its invoices is the oldest unpaid one now.
    private func wasWaived(_ wanted: Opening, by subscription: AccessFacts.SubscriptionFact) -> Bool {
        facts.holds.contains { hold in
            let isOfTheEnd =
                subscription.status.isOver && hold.effect == .blocked && hold.policy == .canceledForNonpayment
            return hold.release == .manual && hold.reason == wanted.reason && hold.subscription == wanted.subscription
                && (isOfTheEnd || isOneIncident(hold, wanted, failedAt: subscription.firstFailedAt))
        }
    }

    /// Whether a hold was about the same unpaid invoice. One that was opened before its invoice was known is about the
    /// failure of its own day: not about every one that ever follows.
    private func isOneIncident(_ hold: AccessHold, _ wanted: Opening, failedAt: Timestamp?) -> Bool {
        guard let invoice = wanted.invoice else { return true }
        guard hold.invoice == nil else { return hold.invoice == invoice }
        return failedAt.map { $0 <= hold.openedAt + Self.lateness } ?? true
    }

    /// How much later than a subscription's failure its invoice may become known.
    private static let lateness: Duration = .seconds(86_400)

    private func isReplaced(_ subscription: AccessFacts.SubscriptionFact, since moment: Timestamp) -> Bool {
        facts.subscriptions.contains { $0.id != subscription.id && $0.status.isRunning && $0.beganAt > moment }
    }

    /// The subscription's own rules, where it has some.
    private func rules(of subscription: AccessFacts.SubscriptionFact) -> AccessPolicy { subscription.policy ?? policy }

    private func isOwing(_ status: SubscriptionStatus) -> Bool { status == .pastDue || status == .unpaid }

    private func open(_ reason: HoldReason, _ effect: HoldEffect, of subscription: Subscription.ID) -> AccessHold? {
        facts.holds.first {
            $0.isOpen && $0.reason == reason && $0.effect == effect && $0.subscription == subscription
        }
    }
}
