public import Billing
public import Daemon
public import Jobs
public import Postgres
public import Stripe

/// What a snapshot is recorded with.
public struct Sighting: Sendable {
    /// Its place in the order of fetches.
    public let seq: Int64
    /// Why it was fetched: what any change of access is put down to.
    public let cause: AccessCause
    /// When what it shows happened, as well as we know.
    public let at: Timestamp

    /// States them.
    public init(_ facts: AnswerFacts, because cause: AccessCause, at moment: Timestamp) {
        seq = facts.fetchSeq
        self.cause = cause
        at = moment
    }
}

extension Transaction where Scope == TenantScope {
    /// Mirrors a subscription of ours, its newest invoice, and what both mean for the client's access.
    ///
    /// - Returns: whose it is; nil for one that is none of ours.
    @discardableResult
    public func apply(_ object: Stripe.Subscription, _ sighting: Sighting, _ job: JobContext) throws -> Client.ID? {
        guard let known = try first(FindSubscriptionByStripe(object.id, orOurs: job.ours(object.metadata))) else {
            return nil
        }
        // An earlier try that expired, told of late: the new one is on its way and must find its place free.
        let isOtherTry = known.stripeSubscription == nil && object.metadata?["tg_command"] != job.command.text
        guard !(isOtherTry && object.status == "incomplete_expired") else { return known.client }
        // The client's row first, as everywhere.
        guard try first(LockAccess(known.client)) != nil else { return nil }
        if let snapshot = SubscriptionSnapshot(object),
            try first(MarkSubscriptionSnapshot(known.id, snapshot, seq: sighting.seq)) != nil
        {
            if let items = snapshot.items { send(MarkItemsAtStripe(of: known.id, items)) }
            try settle(known.id, snapshot, sighting, job)
            announce(known, became: snapshot, job)
        }
        if let invoice = object.latestInvoice?.object,
            let snapshot = InvoiceSnapshot(invoice, seenAt: sighting.at, now: job.now)
        {
            try keep(snapshot, of: known.client, subscription: known.id, sighting, job)
        }
        try projectAccess(of: known.client, because: sighting.cause, at: job.now)
        return known.client
    }

    /// Mirrors an invoice: one we issued, one of a subscription of ours, or one made at Stripe for a client of ours.
    ///
    /// - Parameter lines: all of them, where the invoice itself showed only some.
    /// - Returns: whose it is; nil for one that is none of ours.
    @discardableResult
    public func apply(
        _ object: Stripe.Invoice, lines: [InvoiceLine]? = nil, _ sighting: Sighting, _ job: JobContext
    ) throws -> Client.ID? {
        let subscription = try object.subscription.flatMap { try first(FindSubscriptionByStripe($0, orOurs: nil)) }
        let client: Client.ID
        if let owner = subscription?.client {
            client = owner
        } else if let customer = object.customer, let owner = try first(FindClientByCustomer(customer)) {
            client = owner
        } else {
            return nil
        }
        guard try first(LockAccess(client)) != nil else { return nil }
        // An answer to its creation that was lost: the metadata says which of ours it is.
        if let ours: Billing.Invoice.ID = job.ours(object.metadata) { send(MarkInvoiceMade(ours, invoice: object.id)) }
        if var snapshot = InvoiceSnapshot(object, seenAt: sighting.at, now: job.now) {
            if let lines { snapshot.contents = InvoiceContents(object, lines: lines) }
            try keep(snapshot, of: client, subscription: subscription?.id, sighting, job)
        }
        try projectAccess(of: client, because: sighting.cause, at: job.now)
        return client
    }

    /// What was planned for this period has happened, or never will, since its schedule is gone. A schedule that has
    /// done its work is taken off: with it neither the end nor the prices of a subscription could be changed.
    private func settle(
        _ id: Billing.Subscription.ID, _ snapshot: SubscriptionSnapshot, _ sighting: Sighting, _ job: JobContext
    ) throws {
        let hasHappened = try first(SettlePendingChange(id)) != nil
        guard let schedule = snapshot.schedule, !snapshot.status.isOver else {
            send(DropPendingChange(id, seq: sighting.seq))
            return
        }
        let known = try one(FindKnownSubscription(id))
        guard hasHappened || (known.startSchedule == schedule && !known.hasPendingChange) else { return }
        let period = snapshot.periodEnd?.seconds ?? 0
        try job.enqueue(
            ReleaseSchedule(subscription: id, client: known.client, schedule: schedule, isSpent: true), self,
            dedupeKey: "release:\(schedule):\(period)")
    }

    /// Tells the portal what a subscription became.
    private func announce(_ known: KnownSubscription, became snapshot: SubscriptionSnapshot, _ job: JobContext) {
        let word: String
        switch snapshot.status {
        case known.status: word = "updated"
        case .active, .trialing: word = known.status.isAtStripe ? "updated" : "started"
        case .pastDue: word = "past_due"
        case .canceled, .incompleteExpired: word = "canceled"
        default: word = "updated"
        }
        announce(.subscription(known.id, of: known.client, word, status: snapshot.status), at: job.now)
    }

    /// Keeps an invoice as it was fetched, and tells the portal what that changed.
    private func keep(
        _ snapshot: InvoiceSnapshot, of client: Client.ID, subscription: Billing.Subscription.ID?,
        _ sighting: Sighting, _ job: JobContext
    ) throws {
        let before = try first(FindInvoiceStatus(snapshot.stripeID))
        let kept = try first(
            MarkInvoiceSnapshot(
                .new(at: job.now), client: client, subscription: subscription, snapshot, seq: sighting.seq))
        if let kept { announce(kept, of: client, snapshot, before: before, job) }
    }

    /// Tells the portal what became of an invoice, once for each change.
    private func announce(
        _ id: Billing.Invoice.ID, of client: Client.ID, _ snapshot: InvoiceSnapshot,
        before: (status: Billing.Invoice.Status, failedAt: Timestamp?)?, _ job: JobContext
    ) {
        var words: [String] = []
        if before == nil { words.append("created") }
        if snapshot.status == .paid, before?.status != .paid { words.append("paid") }
        if snapshot.failedAt != nil, before?.failedAt == nil { words.append("payment_failed") }
        for word in words {
            announce(
                .invoice(id, of: client, word, amountDue: snapshot.amountDue, currency: snapshot.currency), at: job.now)
        }
    }

    /// Mirrors which card a client's customer pays with.
    ///
    /// - Returns: whose it is; nil for a customer that is none of ours.
    @discardableResult
    public func apply(_ object: Customer, _ sighting: Sighting, _ job: JobContext) throws -> Client.ID? {
        guard let client = try first(FindClientByCustomer(object.id)) else { return nil }
        if object.deleted == true {
            send(MarkCustomerDeleted(client, seq: sighting.seq))
        } else {
            _ = try first(MarkCustomerSnapshot(client, card: Client.Card(of: object), seq: sighting.seq))
        }
        try projectAccess(of: client, because: sighting.cause, at: job.now)
        return client
    }
}

extension Transaction where Scope == TenantScope {
    /// Mirrors a coupon: ours, or one made in Stripe's dashboard.
    @discardableResult
    public func apply(_ object: Stripe.Coupon, _ sighting: Sighting, _ job: JobContext) throws -> Bool {
        // An answer to its creation that was lost: the metadata says which of ours it is.
        if let ours: Billing.Coupon.ID = job.ours(object.metadata) {
            send(MarkCouponPublished(ours, coupon: object.id))
        }
        if object.deleted == true {
            guard let known = try first(FindCouponByStripe(object.id)) else { return false }
            send(MarkCouponDeleted(known))
            return true
        }
        guard let snapshot = CouponSnapshot(object) else { return false }
        _ = try first(MarkCouponSnapshot(.new(at: job.now), snapshot, seq: sighting.seq))
        return true
    }

    /// Mirrors the schedule that will begin a subscription of ours.
    @discardableResult
    public func apply(_ object: SubscriptionSchedule, _ sighting: Sighting, _ job: JobContext) throws -> Bool {
        guard let ours: Billing.Subscription.ID = job.ours(object.metadata) else { return false }
        guard let known = try first(FindKnownSubscription(ours)), try first(LockAccess(known.client)) != nil else {
            return false
        }
        if try first(MarkScheduleSnapshot(ours, schedule: object.id, status: object.status, seq: sighting.seq)) != nil {
            if object.status == "canceled" || object.status == "not_started" {
                let isOver = object.status == "canceled"
                announce(
                    .subscription(
                        ours, of: known.client, isOver ? "canceled" : "scheduled",
                        status: isOver ? .canceled : .scheduled), at: job.now)
            }
            try projectAccess(of: known.client, because: sighting.cause, at: job.now)
        }
        return true
    }
}

extension JobContext {
    /// The id of ours that an object carries, if this tenant made it.
    public func ours<Entity>(_ metadata: [String: String]?) -> Identifier<Entity>? {
        guard let metadata, metadata["tg_tenant"] == String(tenant) else { return nil }
        return metadata["tg_id"].flatMap(Identifier<Entity>.init)
    }

    /// Whether this very row made an object.
    public func isOurs<Entity>(_ metadata: [String: String]?, _ id: Identifier<Entity>) -> Bool {
        ours(metadata) == id
    }
}
