public import Daemon
public import Jobs
public import Postgres

/// One movement that somebody wants made in a client's ledger.
public struct CreditMovement: Equatable, Sendable {
    /// Whose credits.
    public var client: Client.ID
    /// Why.
    public var kind: CreditEntry.Kind
    /// How many; below zero they are taken away.
    public var amount: CreditAmount
    /// What makes it.
    public var source: CreditEntry.Source
    /// The version of the price it is sold by.
    public var pricing: CreditPricing.ID?
    /// In people's words.
    public var reason: String?
    /// JSON text of an object with texts.
    public var metadata: String

    /// States the wish.
    public init(
        _ kind: CreditEntry.Kind, _ amount: CreditAmount, of client: Client.ID, from source: CreditEntry.Source,
        pricing: CreditPricing.ID? = nil, reason: String? = nil, metadata: String = "{}"
    ) {
        self.client = client
        self.kind = kind
        self.amount = amount
        self.source = source
        self.pricing = pricing
        self.reason = reason
        self.metadata = metadata
    }
}

/// What became of a movement.
public struct PostedCredits: Sendable {
    /// The entry.
    public var entry: CreditEntry
    /// Whether it was made now; false: its cause had made it before.
    public var isNew: Bool
}

/// The only way credits move: the entry, and in the same transaction all that follows from it.
extension Transaction where Scope == TenantScope {
    /// Makes an entry in a client's ledger, once for each cause. The database refuses usage below the floor.
    @discardableResult
    public func postCredits(
        _ movement: CreditMovement, because cause: AccessCause, at now: Timestamp
    ) throws -> PostedCredits {
        let posted = try enter(movement, at: now)
        if posted.isNew { try follow(posted.entry, from: posted.entry.balanceBefore, because: cause, at: now) }
        return posted
    }

    /// The entry alone.
    private func enter(_ movement: CreditMovement, at now: Timestamp) throws -> PostedCredits {
        // The client's row first, as everywhere; the ledger locks the same one.
        _ = try first(LockAccess(movement.client))
        let insert = InsertCreditEntry(
            .new(at: now), of: movement.client, movement.kind, movement.amount, from: movement.source,
            pricing: movement.pricing, reason: movement.reason, metadata: movement.metadata)
        if let entry = try first(insert) { return PostedCredits(entry: entry, isNew: true) }
        return PostedCredits(entry: try one(FindCreditEntry(from: movement.source)), isNew: false)
    }

    /// Sets credits aside until a moment.
    public func holdCredits(
        _ amount: CreditAmount, of client: Client.ID, reason: String?, until expiry: Timestamp,
        because cause: AccessCause, at now: Timestamp
    ) throws -> CreditHold.ID {
        let id = CreditHold.ID.new(at: now)
        send(InsertCreditHold(id, of: client, amount, reason: reason, expiresAt: expiry))
        let movement = CreditMovement(.hold, -amount, of: client, from: .hold(id), reason: reason)
        try postCredits(movement, because: cause, at: now)
        _ = try enqueue(ExpireCreditHold(hold: id, client: client), runAt: expiry)
        return id
    }

    /// Ends an open hold: what was set aside comes back, then what was used is taken.
    ///
    /// - Returns: false when it had ended before.
    public func endHold(
        _ hold: CreditHold, _ status: CreditHold.Status, using used: CreditAmount = .zero, because cause: AccessCause,
        at now: Timestamp
    ) throws -> Bool {
        _ = try first(LockAccess(hold.client))
        guard try first(MarkCreditHoldEnded(hold.id, status, captured: used)) != nil else { return false }
        let back = CreditMovement(.release, hold.amount, of: hold.client, from: .holdEnd(hold.id), reason: hold.reason)
        let released = try enter(back, at: now).entry
        var last = released
        if used > .zero {
            let usage = CreditMovement(.usage, -used, of: hold.client, from: .capture(hold.id), reason: hold.reason)
            last = try enter(usage, at: now).entry
        }
        // Both are one change: nobody is let in, shut out or warned by what lies between them.
        try follow(last, from: released.balanceBefore, because: cause, at: now)
        return true
    }

    /// What entries mean, the newest of them and what there was before: the standing order may buy what was used up
    /// (not what was given back: that would charge the money again), the portal is told when little or nothing is left
    /// (once, as the balance passes the mark), and access is decided.
    private func follow(
        _ entry: CreditEntry, from before: CreditAmount, because cause: AccessCause, at now: Timestamp
    ) throws {
        let policy = try one(FindCreditPolicy())
        let after = entry.balanceAfter
        if after < before {
            let order = try first(FindAutoTopUp(of: entry.client))
            if entry.kind == .usage || entry.kind == .hold {
                try considerTopUp(of: entry.client, balance: after, at: now)
            }
            if let lowAt = order?.threshold ?? policy.lowAt, before > lowAt, after <= lowAt {
                announceCredits("credits.low", entry, at: now)
            }
        }
        let runsOut = before > policy.floor && after <= policy.floor
        if runsOut { announceCredits("credits.exhausted", entry, at: now) }
        try judgeCredits(of: entry.client, mayOpen: runsOut, because: cause, at: now)
    }

    private func announceCredits(_ type: String, _ entry: CreditEntry, at now: Timestamp) {
        announce(
            PortalEvent(
                type: type, subject: entry.client.text,
                body: "{\"client\":\"\(entry.client.text)\",\"credits\":\"\(entry.balanceAfter.text)\"}"),
            at: now)
    }
}
