public import Daemon
public import Jobs
public import Postgres

extension Transaction where Scope == TenantScope {
    /// Opens and ends the hold of a client whose credits are used up, by the tenant's policy. One that the agency
    /// waived comes back only when the credits run out again (`mayOpen`).
    @discardableResult
    public func judgeCredits(
        of client: Client.ID, mayOpen: Bool, because cause: AccessCause, at now: Timestamp
    ) throws -> AccessChange? {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        let policy = try one(FindCreditPolicy())
        let balance = try one(FindCreditBalance(of: client))
        let isExhausted = balance.entries > 0 && balance.available <= policy.floor
        let open = try run(ListHolds(of: client)).first { $0.isOpen && $0.reason == .creditsExhausted }
        let turning: AccessHold.ID
        if let open, !isExhausted || policy.onExhausted == .none {
            send(MarkHoldReleased(open.id, isExhausted ? .policy : .payment, by: cause))
            turning = open.id
        } else if open == nil, mayOpen, isExhausted, policy.onExhausted != .none, try !isToppingUp(client) {
            let effect: HoldEffect = policy.onExhausted == .block ? .blocked : .metered
            turning = try openHold(
                .init(reason: .creditsExhausted, effect: effect), on: client, because: cause, at: now)
        } else {
            return nil
        }
        return try settleAccess(of: client, from: lock.state, hold: turning, because: cause, at: now)
    }

    /// Whether credits are on their way without anybody's doing: it would be wrong to shut the client out for seconds.
    private func isToppingUp(_ client: Client.ID) throws -> Bool {
        guard let order = try first(FindAutoTopUp(of: client)), order.status == .on else { return false }
        return try one(FindTopUpMonth(of: client, in: order.currency)).isUnderWay
    }
}
