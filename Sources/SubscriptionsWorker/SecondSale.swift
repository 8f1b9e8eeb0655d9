import Billing
import Jobs
import Postgres
import Worker

/// The same thing sold twice (V8): the API refuses it when it takes a wish, but two wishes that it took one after the
/// other may come to the same, since neither stands in the rows before it is carried out.
enum SecondSale {
    /// Why a subscription may not sell what it does not sell yet; nil: it may.
    ///
    /// - Parameter isNew: nothing of it is sold by it now, whatever its row says.
    static func refusal(
        of wishes: [SubscriptionItemWish], to subscription: Billing.Subscription, isNew: Bool = false,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Refusal? {
        let sold = isNew ? [] : try tx.run(ListItemsOf([subscription.id])).map(\.price)
        let new = wishes.map(\.price).filter { !sold.contains($0) }
        guard !new.isEmpty else { return nil }
        let search = FindOpenSubscriptionWith(client: subscription.client, prices: new, besides: subscription.id)
        return try tx.first(search).map { other in
            Refusal(
                "subscription_exists",
                "The client has an open subscription to this price, or to another one for the same usage: \(other).")
        }
    }
}
