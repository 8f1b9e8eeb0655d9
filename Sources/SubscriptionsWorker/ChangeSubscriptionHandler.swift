import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Sells other prices or quantities by a running subscription: now, or from its next period on.
struct ChangeSubscriptionHandler: StripeHandler {
    private enum Steps {
        static let change = 1
        static let release = 2
    }

    func intend(
        _ work: ChangeSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            return .finish(.refused(RunningSubscription.notRunning))
        }
        guard !job.hasDone(step: Steps.change) else { return .call(target.look(job)) }
        if work.proration == .nextPeriod { return try NextPeriodChange(target, work, job).step(tx) }
        let isSent = job.isUnanswered(step: Steps.change)
        if !isSent, let refusal = try SecondSale.refusal(of: work.items, to: target.subscription, tx) {
            return .finish(.refused(refusal))
        }
        if let schedule = target.subscription.steeredBy, !isSent, !job.isAnswered(step: Steps.release) {
            return .call(target.release(schedule, step: Steps.release, job) { _ in .again })
        }
        let change: ItemChange
        switch try ItemChanges.find(work.items, on: work.subscription, work.proration, tx) {
        case .success(let found): change = found
        case .failure(.wait(let failure)): return .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .failure(.refuse(let refusal)) where !isSent: return .finish(.refused(refusal))
        case .failure(.refuse(let refusal)):
            return .finish(.retry(JobFailure(code: refusal.code, message: refusal.detail)))
        }
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) {
            change.isMade(in: $0)
        }
        return .call(
            target.intention(
                step: Steps.change, .changeItems(of: target.stripeID, to: change), lookUp: lookUp, job,
                then: { tx in
                    for item in work.items where item.analysisField != nil {
                        tx.send(MarkAnalysisField(work.subscription, price: item.price, field: item.analysisField))
                    }
                    if let sold = work.sold { tx.send(MarkSoldAs(work.subscription, sold)) }
                }))
    }
}

/// The difference between what a subscription has and what it shall have, in Stripe's words.
enum ItemChanges {
    /// Items that stay keep their place; the first that goes is replaced by the first that comes, so that the change is
    /// one item's other price, as a reader of the invoice expects.
    static func find(
        _ wishes: [SubscriptionItemWish], on subscription: Billing.Subscription.ID, _ proration: Proration,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Result<ItemChange, SaleTerms.Obstacle> {
        let found = try SaleTerms.find(wishes, coupon: nil, paymentMethod: nil, collectsTax: false, tx)
        let terms: SubscriptionTerms
        switch found {
        case .wait(let failure): return .failure(.wait(failure))
        case .refuse(let refusal): return .failure(.refuse(refusal))
        case .ready(let ready, _): terms = ready
        }
        let there = try tx.run(ListItemsOf([subscription])).filter { $0.stripeItem != nil }
        var leaving = there.filter { item in !wishes.contains { $0.price == item.price } }
        var items: [ItemChange.Item] = []
        for (wish, item) in zip(wishes, terms.items) {
            if let same = there.first(where: { $0.price == wish.price }) {
                guard same.quantity != wish.quantity else { continue }
                items.append(.init(item: same.stripeItem, price: item.price, quantity: item.quantity))
            } else {
                let replaced = try leaving.firstIndex { try isMetered($0, tx) == (item.quantity == nil) }
                items.append(
                    .init(
                        item: replaced.flatMap { leaving.remove(at: $0).stripeItem }, price: item.price,
                        quantity: item.quantity))
            }
        }
        items += leaving.map { .init(item: $0.stripeItem, price: nil, quantity: nil) }
        return .success(ItemChange(items: items, proration: proration.stripeWord, resetsCycle: proration == .reset))
    }

    private static func isMetered(
        _ item: Billing.SubscriptionItem, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Bool { try tx.first(FindPrice(item.price))?.isMetered == true }
}

extension ItemChange {
    /// Whether a subscription shows it: every price in its quantity, and nothing of what goes.
    func isMade(in found: Stripe.Subscription) -> Bool {
        items.allSatisfy { item in
            guard let price = item.price else { return !found.items.data.contains { $0.id == item.item } }
            return found.items.data.contains { $0.price.id == price && $0.quantity == item.quantity }
        }
    }
}

extension Proration {
    /// Stripe's `proration_behavior`.
    var stripeWord: String {
        switch self {
        case .invoice, .reset: "always_invoice"
        case .prorate: "create_prorations"
        case .nextPeriod: "none"
        }
    }
}
