import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/subscriptions`: clients buy prices, again and again (seed 1E).
enum Subscriptions {
    /// Newest first; `client` and `status` narrow it: `status=scheduled` is the Scheduled section (E10).
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "status")
        let page = try call.page(query, of: Subscription.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let status = try call.queryWord(query, "status", SubscriptionStatus.self)
        return try await call.read { tx in
            let rows = try tx.run(ListSubscriptions(page, client: client, status: status))
            let (subscriptions, hasMore) = page.cut(rows)
            return call.listed(try SubscriptionAnswer.all(subscriptions, tx), hasMore: hasMore)
        }
    }

    /// One, with its items and agents.
    static func show(_ call: Call, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        try answer(call.id("subscription"), tx)
    }

    /// A new one. With a card it is started at Stripe, or scheduled there; without one it waits, and so does the
    /// client's access (E14, F11).
    static func create(_ call: Call) async throws -> Response {
        let wish = try SubscriptionWish(call.fields(), at: call.gateway.clock.now())
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClientForUpdate(wish.client)) else {
                throw Problem.notFound("client", param: "client")
            }
            guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            let agents = try SaleAgents.find(wish.agents, of: client.id, tx)
            let sale = try Sale(wish.goods, for: agents, tx)
            try SaleCoupon.check(wish.coupon, for: sale.currency, at: actor.now, tx)
            try refuseSecond(sale.items.map(\.price), of: client.id, tx)
            try PaymentProcessors.requireConnection(tx)
            try place(client, wish, actor, tx)
            let id = Subscription.ID.new(at: actor.now)
            let mustWait = client.card == nil
            tx.send(
                InsertSubscription(
                    id, client: client.id, status: mustWait ? .awaitingPayment : .starting, startAt: wish.startAt,
                    sold: sale.sold, trialDays: try sale.trialDays(of: client.id, tx), coupon: wish.coupon,
                    collectsTax: wish.collectsTax, metadata: wish.metadata))
            for item in sale.items {
                tx.send(
                    InsertSubscriptionItem(
                        .new(at: actor.now), of: id, price: item.price, quantity: item.quantity,
                        analysisField: item.analysisField))
            }
            for agent in agents { tx.send(InsertSubscriptionAgent(id, of: client.id, agent: agent.id)) }
            audit(
                actor, tx, "subscription.create", id.text,
                after: [
                    "client": .string(client.id.text), "prices": .array(sale.items.map { .string($0.price.text) }),
                    "agents": .array(agents.map { .string($0.id.text) }), "coupon": .text(wish.coupon?.text),
                    "automatic_tax": .bool(wish.collectsTax),
                ])
            return mustWait ? try wait(client, for: id, actor, tx) : try start(id, of: client.id, actor, tx)
        }
    }

    /// Tries again to start one that waits: its card was declined, or something it needs was missing.
    static func restart(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let subscription = try locked(id, tx)
            guard subscription.status == .awaitingPayment || subscription.status == .incompleteExpired else {
                throw Problem(
                    subscription.status.isOver ? .subscriptionOver : .conflict,
                    "Only a subscription that waits for payment is started; this one is "
                        + "\(subscription.status.rawValue).")
            }
            // What expired is over for who sells: the same may have been sold again since.
            if subscription.status == .incompleteExpired {
                let prices = try tx.run(ListItemsOf([id])).map(\.price)
                try refuseSecond(prices, of: subscription.client, besides: id, tx)
            }
            guard try tx.first(FindClient(subscription.client))?.card != nil else {
                throw Problem(.noPaymentMethod, "The client has no card on file. Have it add one (payment_setup).")
            }
            audit(actor, tx, "subscription.start", id.text)
            return try start(id, of: subscription.client, actor, tx)
        }
    }

    /// Ends one: at once, or with its paid period. One that Stripe never saw is ended here.
    static func cancel(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let moment = fields.optional("at", FieldKind<CancelSubscription.Moment>.word) ?? .now
        try fields.finish()
        return try await call.write { actor, tx in
            let subscription = try locked(id, tx)
            guard !subscription.status.isOver else { throw Problem(.subscriptionOver, "The subscription is over.") }
            audit(
                actor, tx, "subscription.cancel", id.text, before: ["status": .string(subscription.status.rawValue)],
                after: ["at": .string(moment.rawValue)])
            if subscription.status == .draft || subscription.status == .awaitingPayment {
                tx.send(MarkSubscriptionDropped(id))
                tx.announce(
                    .subscription(id, of: subscription.client, "canceled", status: .canceled), at: actor.now)
                try tx.projectAccess(of: subscription.client, because: actor.cause, at: actor.now)
                return .finished(.ok, try answer(id, tx))
            }
            let receipt = try tx.enqueue(
                CancelSubscription(subscription: id, client: subscription.client, at: moment), waited: actor.isWaiting,
                target: ("subscription", id.rawValue))
            return .accepted(receipt, kind: CancelSubscription.kind, target: ("subscription", id.text))
        }
    }

    /// The resource as it stands.
    static func answer(_ id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>) throws -> JSON {
        guard let subscription = try tx.first(FindSubscription(id)) else { throw Problem.notFound("subscription") }
        return try SubscriptionAnswer.all([subscription], tx)[0]
    }

    /// One that is about to be changed. The client's row is locked first, as everywhere: whoever starts the
    /// subscription holds the same lock.
    static func locked(_ id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Subscription {
        guard let found = try tx.first(FindSubscription(id)) else { throw Problem.notFound("subscription") }
        _ = try tx.first(FindClientForUpdate(found.client))
        guard let subscription = try tx.first(FindSubscription(id)) else { throw Problem.notFound("subscription") }
        return subscription
    }

    /// The same thing is not sold twice by a double click. Usage could not be told apart at all (V8): Stripe bills all
    /// that a customer used of a meter in each subscription that has a price on it.
    static func refuseSecond(
        _ prices: [Price.ID], of client: Client.ID, besides subscription: Subscription.ID? = nil,
        _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let search = FindOpenSubscriptionWith(client: client, prices: prices, besides: subscription)
        guard let existing = try tx.first(search) else { return }
        throw Problem(
            .subscriptionExists,
            "The client has an open subscription to this price, or to another one for the same usage: \(existing). Add "
                + "agents to that one, or cancel it first.")
    }

    private static func start(
        _ id: Subscription.ID, of client: Client.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(
            StartSubscription(subscription: id, client: client), waited: actor.isWaiting,
            target: ("subscription", id.rawValue))
        return .accepted(receipt, kind: StartSubscription.kind, target: ("subscription", id.text))
    }

    /// Nothing but the customer is made at Stripe.
    private static func wait(
        _ client: Client, for id: Subscription.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        if try tx.one(FindTenantRules()).requiresCard {
            try tx.awaitPayment(of: client.id, for: id, because: actor.cause, at: actor.now)
        }
        guard client.stripeCustomer == nil else { return .finished(.created, try answer(id, tx)) }
        let receipt = try tx.enqueue(
            PublishClient(client: client.id), waited: actor.isWaiting, target: ("subscription", id.rawValue))
        return .accepted(receipt, kind: PublishClient.kind, target: ("subscription", id.text))
    }

    /// Keeps where the client is taxed (E8), and tells Stripe where it knows the client.
    private static func place(
        _ client: Client, _ wish: SubscriptionWish, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let place = try wish.place(of: client) else { return }
        tx.send(MarkClientPlace(client.id, country: place.country, postalCode: place.postalCode))
        guard client.stripeCustomer != nil else { return }
        _ = try tx.enqueue(PublishClient(client: client.id), target: ("client", client.id.rawValue))
    }
}
