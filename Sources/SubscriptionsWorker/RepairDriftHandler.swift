import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes an object the same on both sides: takes Stripe's through the snapshots that webhooks use, or tells Stripe
/// ours. Either way the object is compared once more, and only what no longer differs counts as repaired.
struct RepairDriftHandler: StripeHandler {
    func intend(_ work: RepairDrift, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let item = try tx.first(FindDriftItem(work.item)) else {
            return .finish(.refused(Refusal("not_found", "There is no such difference.")))
        }
        guard item.canBeRepaired else { return .finish(.done("status", item.status.rawValue)) }
        if let obstacle = item.obstacle(to: work.direction) {
            return .finish(.refused(Refusal("repair_not_possible", obstacle, param: "direction")))
        }
        let repair = DriftRepair(item: item, direction: work.direction, job: job)
        switch item.objectKind {
        case .customer: return try repair.begin(with: ExistingCustomer.self, tx)
        case .product: return try repair.begin(with: Stripe.Product.self, tx)
        case .price: return try repair.begin(with: Stripe.Price.self, tx)
        case .coupon: return try repair.begin(with: Stripe.Coupon.self, tx)
        case .subscription: return try repair.begin(with: Stripe.Subscription.self, tx)
        case .invoice: return try repair.begin(with: Stripe.Invoice.self, tx)
        case .creditPurchase: return try repair.begin(with: PaymentIntent.self, tx)
        }
    }
}
