internal import Daemon

/// The causes besides payment: time, disputes, and the end of the last subscription.
extension AccessProjection {
    /// The state that open holds make. Under `block_scope = subscription` a failed subscription only warns while
    /// another one runs.
    public static func state(
        of holds: [AccessHold], subscriptions: [AccessFacts.SubscriptionFact], scope: BlockScope
    ) -> AccessState {
        AccessState(
            holds: holds.filter(\.isOpen).map { hold in
                guard scope == .subscription, hold.reason == .paymentFailed, hold.effect == .blocked,
                    subscriptions.contains(where: { $0.id != hold.subscription && $0.status.isRunning })
                else { return hold.effect }
                return .pastDue
            })
    }

    /// A block by hand whose time is over.
    mutating func releaseExpired() {
        for hold in facts.holds where hold.isOpen && hold.reason == .manual {
            if let end = hold.expiresAt, end <= now { consequences.append(.release(hold.id, .expired)) }
        }
    }

    /// One hold at a time, for the oldest dispute that was not waived.
    mutating func judgeDisputes() {
        let open = facts.holds.first { $0.isOpen && $0.reason == .dispute }
        let against = policy.onDispute == .block ? facts.disputes.filter(\.isAgainstUs) : []
        if let open {
            // A policy that changed lets nobody in by itself; a dispute that was won does.
            let its = facts.disputes.first { $0.id == open.dispute }
            guard let its, !its.isAgainstUs else { return }
            consequences.append(.release(open.id, .won))
        }
        let waived = Set(facts.holds.filter { $0.reason == .dispute && $0.release == .manual }.compactMap(\.dispute))
        if let next = against.first(where: { !waived.contains($0.id) }) {
            consequences.append(.open(Opening(reason: .dispute, effect: .blocked, dispute: next.id)))
        }
    }

    /// The last subscription ended by wish. One that ended unpaid has its own block; one that never ran was never
    /// there.
    mutating func judgeEnd() {
        let open = facts.holds.first { $0.isOpen && $0.reason == .noSubscription }
        if let open {
            let isReplaced = facts.subscriptions.contains { $0.status.isRunning }
            if isReplaced { consequences.append(.release(open.id, .subscription)) }
            return
        }
        guard policy.noSubscription == .block, !facts.subscriptions.isEmpty,
            facts.subscriptions.allSatisfy(\.status.isOver),
            let last = facts.subscriptions.filter({ $0.status == .canceled && $0.hasRun }).max(by: {
                $0.beganAt < $1.beganAt
            }),
            last.cancellationReason != .paymentFailed
        else { return }
        let isWaived = facts.holds.contains {
            $0.reason == .noSubscription && $0.subscription == last.id && $0.release == .manual
        }
        guard !isWaived else { return }
        consequences.append(
            .open(Opening(reason: .noSubscription, effect: .blocked, subscription: last.id)))
    }
}
