import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Sells other prices or quantities by a running subscription.
struct ChangeSubscriptionHandler: StripeHandler {
    private static let step = 1

    func intend(
        _ work: ChangeSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            return .finish(.refused(RunningSubscription.notRunning))
        }
        let change: ItemChange
        switch try ItemChanges.find(work.items, on: work.subscription, work.proration, tx) {
        case .success(let found): change = found
        case .failure(.wait(let failure)): return .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .failure(.refuse(let refusal)): return .finish(.refused(refusal))
        }
        let wanted = Set(change.items.compactMap(\.price))
        let gone = Set(change.items.filter { $0.price == nil }.compactMap(\.item))
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) { found in
            let there = found.items.data
            return wanted.isSubset(of: there.map(\.price.id)) && gone.isDisjoint(with: there.map(\.id))
        }
        let fields = work.items.filter { $0.analysisField != nil }
        return .call(
            target.intention(
                step: Self.step, .changeItems(of: target.stripeID, to: change), lookUp: lookUp, job,
                then: { tx in
                    for item in fields {
                        tx.send(MarkAnalysisField(work.subscription, price: item.price, field: item.analysisField))
                    }
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
