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
            holds: try run(ListHolds(of: client)), disputes: try run(ListDisputeFacts(of: client)))
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

    /// Refuses a client by the agency's wish, for ever or until a moment. A second wish changes nothing, unless it
    /// lasts longer or comes from a higher role: then it takes the first one's place.
    @discardableResult
    public func blockAccess(
        of client: Client.ID, until end: Timestamp? = nil, by role: PortalRole? = nil, note: String? = nil,
        because cause: AccessCause, at now: Timestamp
    ) throws -> AccessChange? {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        var opening = AccessProjection.Opening(
            reason: .manual, effect: .blocked, expiresAt: end, role: role, note: note)
        if let known = try run(ListHolds(of: client)).first(where: { $0.isOpen && $0.reason == .manual }) {
            guard opening.outlasts(known) || opening.outranks(known) else { return nil }
            if !opening.outlasts(known) { opening.expiresAt = known.expiresAt }
            if !opening.outranks(known) { opening.role = known.openedRole }
            send(MarkHoldReleased(known.id, .superseded, by: cause))
        }
        let hold = try openHold(opening, on: client, because: cause, at: now)
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

    /// Makes a client without a card wait for its first payment (E14). One such hold is enough, and a client for whom
    /// something runs already is not at the door any more.
    @discardableResult
    public func awaitPayment(
        of client: Client.ID, for subscription: Subscription.ID, because cause: AccessCause, at now: Timestamp
    ) throws -> AccessChange? {
        guard let lock = try first(LockAccess(client)), lock.state != .closed else { return nil }
        let isWaiting = try run(ListHolds(of: client)).contains { $0.isOpen && $0.reason == .awaitingPayment }
        guard !isWaiting, try !run(ListSubscriptionFacts(of: client)).contains(where: \.status.isRunning) else {
            return nil
        }
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
        try watch(id, of: client, until: opening.deadline ?? opening.expiresAt)
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
        let scope = try one(FindTenantRules()).access.blockScope
        let subscriptions = scope == .subscription ? try run(ListSubscriptionFacts(of: client)) : []
        let state = AccessProjection.state(of: open, subscriptions: subscriptions, scope: scope)
        let change = AccessChange(from: before, to: state)
        guard change.from != change.to else { return nil }
        send(MarkAccess(of: client, change.to))
        send(InsertAccessTransition(.new(at: now), of: client, change, hold: hold, because: cause))
        announce(change.event(of: client, because: cause, open: open), at: now)
        return change
    }
}

extension AccessProjection.Opening {
    /// Whether it shuts a client out longer than a block by hand that is open; nil is for ever.
    func outlasts(_ known: AccessHold) -> Bool {
        guard let end = known.expiresAt else { return false }
        return expiresAt.map { $0 > end } ?? true
    }

    /// Whether somebody higher wishes it. No role is the agency's own key, which stands as high as its owner.
    func outranks(_ known: AccessHold) -> Bool {
        (role ?? .owner).rank > (known.openedRole ?? .owner).rank
    }
}

extension AccessChange {
    /// What the portal is told of it: the word, the states, the reasons that are open now, and the cause.
    func event(of client: Client.ID, because cause: AccessCause, open: [AccessHold]) -> PortalEvent {
        let type =
            switch (from, to) {
            case (_, .awaitingPayment): "access.awaiting_payment"
            case (_, .pastDue): "access.grace_started"
            case (_, .blocked): "access.blocked"
            case (.awaitingPayment, .active): "access.activated"
            case (_, .closed): "access.closed"
            default: "access.reactivated"
            }
        let reasons = open.map { "\"\($0.reason.rawValue)\"" }.joined(separator: ",")
        let deadline = open.compactMap(\.deadline).min().map { String($0.seconds) } ?? "null"
        let words = [
            "\"client\":\"\(client.text)\"", "\"from\":\"\(from.rawValue)\"", "\"to\":\"\(to.rawValue)\"",
            "\"allowed\":\(to.isAllowed)", "\"reasons\":[\(reasons)]", "\"deadline\":\(deadline)",
            "\"cause\":{\"kind\":\"\(cause.kind.rawValue)\",\"id\":\"\(cause.id)\"}",
        ]
        return PortalEvent(type: type, subject: client.text, body: "{\(words.joined(separator: ","))}")
    }
}
