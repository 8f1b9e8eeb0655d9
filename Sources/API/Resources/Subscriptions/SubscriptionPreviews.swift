import Billing
import Daemon
import FoundationEssentials
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What the next bill will be, by Stripe's own arithmetic. The preview is the command's result, or with `Prefer: wait`
/// the answer itself.
enum SubscriptionPreviews {
    /// Of one that does not exist yet: the same form as its creation.
    static func new(_ call: Call) async throws -> Response {
        let wish = try SubscriptionWish(call.fields(), at: call.gateway.clock.now())
        return try await call.write { actor, tx in
            guard let client = try tx.first(FindClient(wish.client)) else {
                throw Problem.notFound("client", param: "client")
            }
            let agents = try SaleAgents.find(wish.agents, of: client.id, tx)
            let sale = try Sale(wish.goods, for: agents, tx)
            try SaleCoupon.check(wish.coupon, for: sale.currency, at: actor.now, tx)
            try PaymentProcessors.requireConnection(tx)
            let startAt = wish.startAt.flatMap { $0 > actor.now ? $0.seconds : nil }
            var work = PreviewSubscription(
                client: client.id, items: sale.items, coupon: wish.coupon, collectsTax: wish.collectsTax,
                startAt: startAt, trialDays: try sale.trialDays(of: client.id, tx))
            if let place = try wish.place(of: client) { (work.country, work.postalCode) = place }
            return try ask(work, ("client", client.id.rawValue, client.id.text), actor, tx)
        }
    }

    /// Of one that runs or will begin, with a change or a coupon if they are sent.
    static func next(_ call: Call) async throws -> Response {
        let id: Subscription.ID = try call.id("subscription")
        var fields = try call.fields()
        let coupon = fields.optional("coupon", .id(of: Coupon.self))
        let (goods, quantity, timing) = try SubscriptionChanges.form(fields, isPreview: true)
        return try await call.write { actor, tx in
            let subscription = try SubscriptionChanges.open(id, tx)
            let change = try SubscriptionChanges.wishes(goods, quantity, for: subscription, tx)
            // A change keeps the currency.
            try SaleCoupon.check(coupon, for: SubscriptionChanges.currency(of: id, tx), at: actor.now, tx)
            let client = subscription.client
            try timing.check(for: subscription, at: actor.now)
            let work: PreviewSubscription
            if subscription.status.isAtStripe {
                work = PreviewSubscription(
                    subscription: id, client: client, items: change.items, proration: timing.proration, coupon: coupon)
            } else {
                try PaymentProcessors.requireConnection(tx)
                var revision = ReviseSubscription(id, of: client)
                SubscriptionChanges.set(&revision, to: change, startAt: timing.startAt)
                revision.coupon = coupon
                let isChanged = revision != ReviseSubscription(id, of: client)
                work = PreviewSubscription(subscription: id, client: client, revision: isChanged ? revision : nil)
            }
            return try ask(work, ("subscription", id.rawValue, id.text), actor, tx)
        }
    }

    private static func ask(
        _ work: PreviewSubscription, _ target: (kind: String, id: UUID, text: String), _ actor: Actor,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Done {
        let receipt = try tx.enqueue(work, waited: actor.isWaiting, target: (target.kind, target.id))
        return .accepted(receipt, kind: PreviewSubscription.kind, target: (target.kind, target.text))
    }
}
