public import Daemon
public import Jobs
public import Postgres

/// A client's access before and after.
public struct AccessChange: Equatable, Sendable {
    /// Before.
    public var from: AccessState
    /// After.
    public var to: AccessState

    /// States the fact.
    public init(from: AccessState, to: AccessState) {
        self.from = from
        self.to = to
    }
}

/// The shell around the pure decision: reads the facts under the client's lock, writes holds, state and transition.
extension Transaction where Scope == TenantScope {
    /// Makes a client's holds and access agree with its subscriptions, invoices and card. Deciding again changes
    /// nothing.
    ///
    /// - Returns: the change of the state; nil when it stays (or there is no such client).
    @discardableResult
    public func projectAccess(of client: Client.ID, because cause: AccessCause, at now: Timestamp) throws
        -> AccessChange?
    {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        let rules = try one(FindTenantRules())
        let facts = AccessFacts(
            hasCard: lock.hasCard, subscriptions: try run(ListSubscriptionFacts(of: client)),
            holds: try run(ListHolds(of: client)))
        var turning: AccessHold.ID?
        for consequence in AccessProjection.consequences(of: facts, policy: rules.access, now: now) {
            switch consequence {
            case .open(let opening):
                turning = try openHold(opening, on: client, because: cause, at: now)
            case .release(let hold, let release):
                send(MarkHoldReleased(hold, release, by: cause))
                turning = turning ?? hold
            case .move(let hold, let deadline):
                send(MarkHoldDeadline(hold, deadline))
                try watch(hold, of: client, until: deadline)
            }
        }
        return try settleAccess(of: client, from: lock.state, hold: turning, because: cause, at: now)
    }

    /// Refuses a client by the agency's wish. A second wish changes nothing.
    @discardableResult
    public func blockAccess(of client: Client.ID, because cause: AccessCause, at now: Timestamp) throws -> AccessChange?
    {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        let isBlocked = try run(ListHolds(of: client)).contains { $0.isOpen && $0.reason == .manual }
        guard !isBlocked else { return nil }
        let hold = try openHold(.init(reason: .manual, effect: .blocked), on: client, because: cause, at: now)
        return try settleAccess(of: client, from: lock.state, hold: hold, because: cause, at: now)
    }

    /// Lets a blocked client in again by the agency's wish (G7): every block is waived, except one of the platform. Its
    /// subscriptions stay as they are (G8).
    @discardableResult
    public func reactivateAccess(of client: Client.ID, because cause: AccessCause, at now: Timestamp) throws
        -> AccessChange?
    {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        var turning: AccessHold.ID?
        for hold in try run(ListHolds(of: client))
        where hold.isOpen && hold.effect == .blocked && hold.reason != .tenant {
            send(MarkHoldReleased(hold.id, .manual, by: cause))
            turning = turning ?? hold.id
        }
        return try settleAccess(of: client, from: lock.state, hold: turning, because: cause, at: now)
    }

    /// Makes a client without a card wait for its first payment (E14). One such hold is enough.
    @discardableResult
    public func awaitPayment(
        of client: Client.ID, for subscription: Subscription.ID, because cause: AccessCause, at now: Timestamp
    ) throws -> AccessChange? {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        let isWaiting = try run(ListHolds(of: client)).contains { $0.isOpen && $0.reason == .awaitingPayment }
        guard !isWaiting else { return nil }
        let opening = AccessProjection.Opening(
            reason: .awaitingPayment, effect: .awaitingPayment, subscription: subscription)
        let hold = try openHold(opening, on: client, because: cause, at: now)
        return try settleAccess(of: client, from: lock.state, hold: hold, because: cause, at: now)
    }

    func openHold(
        _ opening: AccessProjection.Opening, on client: Client.ID, because cause: AccessCause, at now: Timestamp
    ) throws -> AccessHold.ID {
        let id = AccessHold.ID.new(at: now)
        send(InsertHold(id, on: client, opening, because: cause))
        try watch(id, of: client, until: opening.deadline)
        return id
    }

    /// The end of a grace is a job that carries the deadline it was made for.
    private func watch(_ hold: AccessHold.ID, of client: Client.ID, until deadline: Timestamp?) throws {
        guard let deadline else { return }
        _ = try enqueue(EnforceDeadline(hold: hold, client: client, deadline: deadline), runAt: deadline)
    }

    func settleAccess(
        of client: Client.ID, from before: AccessState, hold: AccessHold.ID?, because cause: AccessCause,
        at now: Timestamp
    ) throws -> AccessChange? {
        let open = try run(ListHolds(of: client)).filter(\.isOpen)
        let change = AccessChange(from: before, to: AccessState(holds: open.map(\.effect)))
        guard change.from != change.to else { return nil }
        send(MarkAccess(of: client, change.to))
        send(InsertAccessTransition(.new(at: now), of: client, change, hold: hold, because: cause))
        return change
    }
}
