import Billing
import Daemon
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// Changes of subscriptions that run (seeds 1I, 1J).
enum SubscriptionChanges {
    /// Puts a coupon on it (J11); one that has not begun gets it with its start.
    static func setCoupon(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let wanted = fields.required("coupon", .id(of: Coupon.self))
        try fields.finish()
        let coupon = try wanted()
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            try SaleCoupon.check(coupon, for: currency(of: id, tx), at: actor.now, tx)
            return try set(coupon, of: subscription, actor, tx)
        }
    }

    /// Takes it off again (J13).
    static func removeCoupon(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            guard subscription.coupon != nil || subscription.discounts != "[]" else {
                throw Problem(.couponMissing, "The subscription has no coupon.")
            }
            return try set(nil, of: subscription, actor, tx)
        }
    }

    /// Has Stripe add tax (K2), or no longer (K5). Country and postal code are asked for when Stripe lacks them (K3).
    static func setTax(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let wanted = fields.required("enabled", .bool)
        let country = fields.optional("country", .addressCountry)
        let postalCode = fields.optional("postal_code", .line(max: 20))
        try fields.finish()
        let isEnabled = try wanted()
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            guard let client = try tx.first(FindClientForUpdate(subscription.client)) else {
                throw Problem.notFound("client")
            }
            let hasPlace = country != nil || postalCode != nil
            let place = (country: country?.code ?? client.country, postal: postalCode ?? client.postalCode)
            try refusePlanned(subscription)
            if hasPlace {
                tx.send(MarkClientPlace(client.id, country: place.country, postalCode: place.postal))
                // Only the command that has tax added tells Stripe the place, and hears what is wrong with it.
                let isTold = isEnabled && !subscription.isKnownHereOnly
                if client.stripeCustomer != nil, !isTold {
                    _ = try tx.enqueue(PublishClient(client: client.id), target: ("client", client.id.rawValue))
                }
            }
            audit(
                actor, tx, "subscription.tax", id.text, before: ["enabled": .bool(subscription.collectsTax)],
                after: ["enabled": .bool(isEnabled)])
            guard subscription.status.isAtStripe else {
                let missing = Client.missingForTax(country: place.country, postalCode: place.postal)
                guard !isEnabled || client.stripeCustomer != nil || missing.isEmpty else {
                    throw TaxProblem.missing(missing)
                }
                guard subscription.isKnownHereOnly else {
                    return try revise(subscription, actor, tx) { work in
                        (work.collectsTax, work.hasLocation) = (isEnabled, hasPlace)
                    }
                }
                tx.send(MarkSubscriptionTax(id, isEnabled))
                return .finished(.ok, try Subscriptions.answer(id, tx))
            }
            return try accept(
                SetSubscriptionTax(
                    subscription: id, client: client.id, isEnabled: isEnabled, hasLocation: hasPlace), id, actor, tx)
        }
    }

    /// Takes a planned end back.
    static func uncancel(_ call: Call) async throws -> Response {
        try await steer(call, .uncancel) { subscription in
            guard subscription.cancelAtPeriodEnd else {
                throw Problem(.notCanceling, "The subscription is not about to end.")
            }
        }
    }

    /// Stops collecting its bills; `behavior` says what becomes of them.
    static func pause(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let behavior = fields.optional("behavior", FieldKind<PauseBehavior>.word) ?? .void
        let resumesAt = fields.optional("resumes_at", .moment)
        try fields.finish()
        return try await call.write { actor, tx in
            let subscription = try running(id, tx)
            if let resumesAt, resumesAt <= actor.now {
                throw Problem(.invalidField, "Must be in the future.", param: "resumes_at")
            }
            audit(actor, tx, "subscription.pause", id.text, after: ["behavior": .string(behavior.rawValue)])
            return try accept(
                SteerSubscription(
                    subscription: id, client: subscription.client, turn: .pause, behavior: behavior,
                    resumesAt: resumesAt?.seconds), id, actor, tx)
        }
    }

    /// Collects its bills again.
    static func resume(_ call: Call) async throws -> Response {
        try await steer(call, .resume) { subscription in
            guard subscription.pauseBehavior != nil else {
                throw Problem(.notPaused, "The subscription is not paused.")
            }
        }
    }

    /// Other prices or quantities; `proration` says who pays for it, and when. One that has not begun may begin on
    /// another day, too.
    static func change(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        let (goods, quantity, timing) = try form(call.fields(), isPreview: false)
        return try await call.write { actor, tx in
            let subscription = try open(id, tx)
            let change = try wishes(goods, quantity, for: subscription, tx)
            audit(
                actor, tx, "subscription.change", id.text,
                after: [
                    "prices": .array(change.items.map { .string($0.price.text) }),
                    "proration": .string(timing.proration.rawValue), "plan": .text(change.sold?.plan?.text),
                    "start_at": .time(timing.startAt),
                ])
            try timing.check(for: subscription, at: actor.now)
            guard subscription.status.isAtStripe else {
                return try revise(subscription, actor, tx) { set(&$0, to: change, startAt: timing.startAt) }
            }
            if timing.proration == .nextPeriod, subscription.cancelAtPeriodEnd {
                throw Problem(.conflict, "The subscription is about to end: take that back first (uncancel).")
            }
            return try accept(
                ChangeSubscription(
                    subscription: id, client: subscription.client, items: change.items, proration: timing.proration,
                    sold: change.sold), id, actor, tx)
        }
    }

    /// Takes back what is planned for the next period.
    static func keep(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        return try await call.write { actor, tx in
            let subscription = try running(id, tx)
            guard subscription.pendingChange != nil, let schedule = subscription.steeredBy else {
                throw Problem(.noPendingChange, "Nothing is planned for the next period.")
            }
            audit(
                actor, tx, "subscription.keep", id.text, before: ["change": SubscriptionAnswer.pending(subscription)])
            return try accept(
                ReleaseSchedule(subscription: id, client: subscription.client, schedule: schedule), id, actor, tx)
        }
    }

    /// The portal's own notes, and when unpaid bills of this one block the client.
    static func patch(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let metadata = fields.change("metadata", .metadata)
        let isClearing = fields.has("dunning") == false && call.clears("dunning")
        let dunning = fields.nested("dunning") { form -> (BlockPolicy, Int64?)? in
            let policy = form.required("block_on", FieldKind<BlockPolicy>.word)
            let days = form.optional("grace_days", .integer(0...365))
            guard let policy = try? policy() else { return nil }
            if (policy == .graceElapsed) != (days != nil) {
                form.refuse("grace_days", .invalidField, "Goes with block_on grace_elapsed, and only with it.")
            }
            return (policy, days)
        }
        try fields.finish()
        return try await call.write { actor, tx in
            let subscription = try Subscriptions.locked(id, tx)
            var policy = (subscription.blockOn, subscription.graceDays.map(Int64.init))
            if let dunning { policy = (dunning?.0, dunning?.1) } else if isClearing { policy = (nil, nil) }
            tx.send(
                MarkSubscriptionNotes(
                    id, metadata: metadata.applied(to: subscription.metadata) ?? "{}", blockOn: policy.0,
                    graceDays: policy.1))
            audit(
                actor, tx, "subscription.change", id.text,
                before: [
                    "metadata": .stored(subscription.metadata), "block_on": .text(subscription.blockOn?.rawValue),
                ],
                after: ["block_on": .text(policy.0?.rawValue)])
            try tx.projectAccess(of: subscription.client, because: actor.cause, at: actor.now)
            return .finished(.ok, try Subscriptions.answer(id, tx))
        }
    }
}

extension SubscriptionChanges {
    /// What a change comes to: other prices, and as what they are sold.
    typealias Change = (items: [SubscriptionItemWish], sold: SoldAs?, trialDays: Int?)

    /// What a change's form says; at least one thing, unless it is a preview's.
    static func form(
        _ read: Fields, isPreview: Bool
    ) throws -> (SubscriptionWish.Goods?, quantity: Int64?, ChangeTiming) {
        var fields = read
        let quantity = fields.optional("quantity", .integer(1...1_000_000))
        let goods = SubscriptionWish.Goods(&fields, isRequired: false)
        let timing = ChangeTiming(&fields)
        if !isPreview {
            let choice = ["plan", "product", "price", "items", "quantity", "start_at"]
            if !choice.contains(where: { fields.has($0) }) {
                fields.refuse("price", .parameterMissing, "Send plan, product, price, items, quantity or start_at.")
            }
        }
        try fields.finish()
        return (goods, quantity, timing)
    }

    /// What it shall have: other prices, and as what they are sold, or another quantity of what is not metered.
    static func wishes(
        _ goods: SubscriptionWish.Goods?, _ quantity: Int64?, for subscription: Subscription,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Change {
        let there = try tx.run(ListItemsOf([subscription.id]))
        if let goods {
            let agents = try tx.run(ListSubscriptionAgents(of: [subscription.id])).map(\.agent)
            let sale = try Sale(goods, for: tx.run(ListAgentsForSale(of: subscription.client, agents)), tx)
            let old = try there.first.flatMap { try tx.first(FindPrice($0.price)) }?.currency
            guard old == nil || old == sale.currency else {
                throw Problem(.pricesMismatch, "A subscription keeps its currency, \(old ?? "").", param: goods.param)
            }
            let new = sale.items.map(\.price).filter { price in !there.contains { $0.price == price } }
            if !new.isEmpty {
                try Subscriptions.refuseSecond(new, of: subscription.client, besides: subscription.id, tx)
            }
            return (sale.items, sale.sold, try sale.trialDays(of: subscription.client, tx))
        }
        guard let quantity else { return ([], nil, nil) }
        let items = try there.map { item in
            let isMetered = try tx.first(FindPrice(item.price))?.isMetered == true
            return SubscriptionItemWish(
                price: item.price, quantity: isMetered ? 1 : quantity, analysisField: item.analysisField)
        }
        return (items, nil, nil)
    }

    /// The currency it is billed in; nil where it sells nothing that we know.
    static func currency(
        of id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> String? {
        try tx.run(ListItemsOf([id])).first.flatMap { try tx.first(FindPrice($0.price)) }?.currency
    }

    /// One that Stripe has and that is not over.
    static func running(_ id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Subscription {
        let subscription = try open(id, tx)
        guard subscription.status.isAtStripe else {
            throw Problem(
                .subscriptionNotRunning, "The subscription has not begun: it is \(subscription.status.rawValue).")
        }
        return subscription
    }

    /// One that is not over, wherever it is.
    static func open(_ id: Subscription.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Subscription {
        let subscription = try Subscriptions.locked(id, tx)
        guard !subscription.status.isOver else { throw Problem(.subscriptionOver, "The subscription is over.") }
        return subscription
    }

    /// Puts a change into the wish about one that has not begun.
    static func set(_ work: inout ReviseSubscription, to change: Change, startAt: Timestamp?) {
        (work.sold, work.trialDays, work.startAt) = (change.sold, change.trialDays, startAt?.seconds)
        if !change.items.isEmpty { work.items = change.items }
    }

    /// A change of one that has not begun: its worker knows whether it is at Stripe by now.
    private static func revise(
        _ subscription: Subscription, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>,
        _ change: (inout ReviseSubscription) -> Void
    ) throws -> Done {
        var work = ReviseSubscription(subscription.id, of: subscription.client)
        change(&work)
        return try accept(work, subscription.id, actor, tx)
    }

    /// The plan for the next period holds coupon and tax as they were when it was made, and would bring them back.
    private static func refusePlanned(_ subscription: Subscription) throws {
        guard let pending = subscription.pendingChange else { return }
        throw Problem(
            .changePending,
            "A change waits for the next period, which begins at \(pending.at). Take it back first "
                + "(DELETE /v1/subscriptions/{subscription}/pending_change), or wait until it has happened.")
    }

    private static func steer(
        _ call: Call, _ turn: SteerSubscription.Turn, _ check: @escaping @Sendable (Subscription) throws -> Void
    ) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let subscription = try running(id, tx)
            try check(subscription)
            audit(actor, tx, "subscription.\(turn.rawValue)", id.text)
            return try accept(
                SteerSubscription(subscription: id, client: subscription.client, turn: turn), id, actor, tx)
        }
    }

    private static func set(
        _ coupon: Coupon.ID?, of subscription: Subscription, _ actor: Actor,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        try refusePlanned(subscription)
        audit(
            actor, tx, "subscription.coupon", subscription.id.text,
            before: ["coupon": .text(subscription.coupon?.text)],
            after: ["coupon": .text(coupon?.text)])
        guard subscription.status.isAtStripe else {
            guard subscription.isKnownHereOnly else {
                return try revise(subscription, actor, tx) { work in
                    (work.coupon, work.removesCoupon) = (coupon, coupon == nil)
                }
            }
            tx.send(MarkSubscriptionCoupon(subscription.id, coupon))
            return .finished(.ok, try Subscriptions.answer(subscription.id, tx))
        }
        return try accept(
            SetSubscriptionCoupon(subscription: subscription.id, client: subscription.client, coupon: coupon),
            subscription.id, actor, tx)
    }

    private static func accept<J: Job>(
        _ job: J, _ id: Subscription.ID, _ actor: Actor, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(job, waited: actor.isWaiting, target: ("subscription", id.rawValue))
        return .accepted(receipt, kind: J.kind, target: ("subscription", id.text))
    }
}

extension Subscription {
    /// Whether neither Stripe nor a worker on the way there knows of it.
    fileprivate var isKnownHereOnly: Bool { status == .draft || status == .awaitingPayment }
}
