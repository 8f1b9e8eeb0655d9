import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// `/v1/subscriptions`: clients buy prices, again and again (seed 1E).
enum Subscriptions {
    /// Newest first; `client` and `status` narrow it.
    static func list(_ call: Call) async throws -> Response {
        let query = try call.query("limit", "starting_after", "ending_before", "client", "status")
        let page = try call.page(query, of: Subscription.self)
        let client = try call.queryID(query, "client", of: Client.self)
        let status = try call.queryWord(query, "status", SubscriptionStatus.self)
        return try await call.read { tx in
            let rows = try tx.run(ListSubscriptions(page, client: client, status: status))
            let (subscriptions, hasMore) = page.cut(rows)
            let items = try tx.run(ListItemsOf(subscriptions.map(\.id)))
            return call.listed(
                subscriptions.map { subscription in
                    json(subscription, items.filter { $0.subscription == subscription.id })
                },
                hasMore: hasMore)
        }
    }

    /// One, with its items.
    static func show(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        return try await call.read { tx in .json(.ok, try answer(id, tx)) }
    }

    /// A new one. With a card it is started at Stripe; without one it waits, and so does the client's access (E14,
    /// F11).
    static func create(_ call: Call) async throws -> Response {
        let form = try SubscriptionWish(call.fields())
        return try await call.write { actor, tx in
            let sale = try form.plan.map { try PlanSale($0, tx) }
            var wish = form
            if let sale { wish.items = sale.items }
            guard let client = try tx.first(FindClientForUpdate(wish.client)) else { throw Problem.notFound("client") }
            guard client.accessState != .closed else { throw Problem(.clientClosed, "The client is closed.") }
            try check(wish, tx)
            try PaymentProcessors.requireConnection(tx)
            let id = Subscription.ID.new(at: actor.now)
            let mustWait = client.card == nil
            tx.send(
                InsertSubscription(
                    id, client: client.id, status: mustWait ? .awaitingPayment : .starting, metadata: wish.metadata))
            for item in wish.items {
                tx.send(InsertSubscriptionItem(.new(at: actor.now), of: id, price: item.price, quantity: item.quantity))
            }
            if let sale { tx.send(MarkSubscriptionPlan(id, plan: sale.plan, version: sale.version)) }
            audit(actor, tx, "subscription.create", id.text, after: ["client": .string(client.id.text)])
            return mustWait ? try wait(client, for: id, actor, tx) : try start(id, of: client, actor, tx)
        }
    }

    /// Ends one: at once, or with its paid period. One that Stripe never saw is ended here.
    static func cancel(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let moment = fields.optional("at", FieldKind<CancelSubscription.Moment>.word) ?? .now
        try fields.finish()
        return try await call.write { actor, tx in
            guard let found = try tx.first(FindSubscription(id)) else { throw Problem.notFound("subscription") }
            // The client's row first, as everywhere: whoever starts it holds the same lock.
            _ = try tx.first(FindClientForUpdate(found.client))
            guard let subscription = try tx.first(FindSubscription(id)) else { throw Problem.notFound("subscription") }
            guard !subscription.status.isOver else { throw Problem(.subscriptionOver, "The subscription is over.") }
            audit(
                actor, tx, "subscription.cancel", id.text, before: ["status": .string(subscription.status.rawValue)],
                after: ["at": .string(moment.rawValue)])
            if subscription.status == .draft || subscription.status == .awaitingPayment {
                tx.send(MarkSubscriptionDropped(id))
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
        return json(subscription, try tx.run(ListItemsOf([id])))
    }

    private static func start(
        _ id: Subscription.ID, of client: Client, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(
            StartSubscription(subscription: id, client: client.id), waited: actor.isWaiting,
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

    /// The prices exist, are sold, recur, and can stand on one bill; the client does not have the same already.
    private static func check(_ wish: SubscriptionWish, _ tx: borrowing Transaction<TenantScope>) throws {
        var issues: [Problem.FieldIssue] = []
        var terms: [Price] = []
        for (index, item) in wish.items.enumerated() {
            let param = "items[\(index)].price"
            guard let price = try tx.first(FindPrice(item.price)) else {
                issues.append(.init(param: param, code: .notFound, detail: "There is no such price."))
                continue
            }
            if !price.isSold {
                issues.append(.init(param: param, code: .priceInactive, detail: "This price is no longer sold."))
            } else if price.isOneTime {
                issues.append(
                    .init(param: param, code: .priceNotRecurring, detail: "A one-time price is sold by an invoice."))
            }
            terms.append(price)
        }
        if issues.contains(where: { $0.code == .notFound }) { throw Problem.notFound("price") }
        if issues.isEmpty, let first = terms.first {
            let isOneBill = terms.allSatisfy {
                $0.currency == first.currency && $0.interval == first.interval
                    && $0.intervalCount == first.intervalCount
            }
            if !isOneBill {
                let detail = "All prices of a subscription have the same currency and billing period."
                issues.append(.init(param: "items", code: .pricesMismatch, detail: detail))
            }
        }
        guard issues.isEmpty else { throw Problem(issues: issues) }
        if let existing = try tx.first(FindOpenSubscriptionWith(client: wish.client, prices: wish.items.map(\.price))) {
            throw Problem(
                .subscriptionExists,
                "The client has an open subscription to this price: \(existing). Cancel that one first.")
        }
    }

    private static func json(_ subscription: Subscription, _ items: [SubscriptionItem]) -> JSON {
        .object([
            "object": "subscription", "id": .string(subscription.id.text), "client": .string(subscription.client.text),
            "status": .string(subscription.status.rawValue),
            "items": .array(
                items.map {
                    [
                        "object": "subscription_item", "id": .string($0.id.text), "price": .string($0.price.text),
                        "quantity": .integer($0.quantity), "stripe_id": .text($0.stripeItem),
                    ]
                }),
            "start_at": .time(subscription.startAt), "current_period_start": .time(subscription.currentPeriodStart),
            "current_period_end": .time(subscription.currentPeriodEnd),
            "cancel_at_period_end": .bool(subscription.cancelAtPeriodEnd),
            "cancellation_reason": .text(subscription.cancellationReason?.rawValue),
            "latest_invoice_stripe_id": .text(subscription.latestInvoice),
            "canceled_at": .time(subscription.canceledAt),
            "ended_at": .time(subscription.endedAt), "problem": .stored(subscription.problem),
            "stripe_id": .text(subscription.stripeSubscription), "metadata": .stored(subscription.metadata),
            "created": .time(subscription.createdAt), "updated": .time(subscription.updatedAt),
        ])
    }
}

/// A subscription's form, checked.
private struct SubscriptionWish: Sendable {
    let client: Client.ID
    let plan: Plan.ID?
    var items: [(price: Price.ID, quantity: Int64)]
    let metadata: String

    init(_ read: Fields) throws {
        var fields = read
        let client = fields.required("client", .id(of: Client.self))
        plan = fields.optional("plan", .id(of: Plan.self))
        let isPlan = fields.has("plan")
        if isPlan, fields.has("items") { fields.refuse("items", .invalidField, "Say plan or items, not both.") }
        let listed = isPlan ? [] : Self.items(&fields)
        metadata = fields.optional("metadata", .metadata) ?? "{}"
        if fields.has("start_at") { fields.refuse("start_at", .notAvailableYet, "A later start is not available yet.") }
        if fields.has("coupon") { fields.refuse("coupon", .notAvailableYet, "Coupons are not available yet.") }
        let prices = listed.map(\.price)
        if Set(prices).count != prices.count {
            fields.refuse("items", .invalidField, "A price stands in the list twice; use quantity.")
        }
        try fields.finish()
        self.client = try client()
        items = listed
    }

    private static func items(_ fields: inout Fields) -> [(price: Price.ID, quantity: Int64)] {
        let items = fields.list("items", count: 1...20) { item in
            (
                price: item.required("price", .id(of: Price.self)),
                quantity: item.optional("quantity", .integer(1...1_000_000)) ?? 1
            )
        }
        return items.compactMap { item in (try? item.price()).map { (price: $0, quantity: item.quantity) } }
    }
}
