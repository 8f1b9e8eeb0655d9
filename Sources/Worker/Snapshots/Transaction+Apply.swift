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
        // The client's row first, as everywhere.
        guard try first(LockAccess(known.client)) != nil else { return nil }
        if let snapshot = SubscriptionSnapshot(object) {
            _ = try first(MarkSubscriptionSnapshot(known.id, snapshot, seq: sighting.seq))
        }
        for item in object.items.data { send(MarkItemStarted(of: known.id, price: item.price.id, item: item.id)) }
        if let invoice = object.latestInvoice?.object,
            let snapshot = InvoiceSnapshot(invoice, seenAt: sighting.at, now: job.now)
        {
            _ = try first(
                MarkInvoiceSnapshot(
                    .new(at: job.now), client: known.client, subscription: known.id, snapshot, seq: sighting.seq))
        }
        try projectAccess(of: known.client, because: sighting.cause, at: job.now)
        return known.client
    }

    /// Mirrors an invoice: one we issued, one of a subscription of ours, or one made at Stripe for a client of ours.
    ///
    /// - Returns: whose it is; nil for one that is none of ours.
    @discardableResult
    public func apply(_ object: Stripe.Invoice, _ sighting: Sighting, _ job: JobContext) throws -> Client.ID? {
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
        if let snapshot = InvoiceSnapshot(object, seenAt: sighting.at, now: job.now) {
            _ = try first(
                MarkInvoiceSnapshot(
                    .new(at: job.now), client: client, subscription: subscription?.id, snapshot, seq: sighting.seq))
        }
        try projectAccess(of: client, because: sighting.cause, at: job.now)
        return client
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
