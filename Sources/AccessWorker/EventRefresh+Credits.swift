import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// What is told of money for credits: the purchase is looked at, in the queue that buys and refunds, in order with
/// whatever else happens to its client.
extension EventRefresh {
    /// A charge was refunded: its payment says whether it was one of ours.
    func charge(_ object: String) -> Intention {
        Intention(.retrieveCharge(object)) { answer, _, tx in
            guard case .success(let charge) = answer else { return try gone(answer, tx) }
            guard let intent = charge.paymentIntent else { return ignore(tx) }
            return try lookAtPurchase(of: intent, tx)
        }
    }

    /// One that is none of ours is ignored.
    func lookAtPurchase(of stripeID: String, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard let look = try tx.first(FindPurchaseByStripe(stripeID)) else { return ignore(tx) }
        try job.enqueue(look, tx, target: ("credit_purchase", look.purchase.rawValue))
        return over(isOurs: true, tx)
    }
}
