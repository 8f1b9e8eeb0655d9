import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Puts a coupon on a running subscription (J11), or takes it off (J13).
struct SetSubscriptionCouponHandler: StripeHandler {
    private static let step = 1

    func intend(
        _ work: SetSubscriptionCoupon, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            return .finish(.refused(RunningSubscription.notRunning))
        }
        if target.subscription.pendingChange != nil, !job.isUnanswered(step: Self.step) {
            return .finish(.refused(RunningSubscription.changePending))
        }
        var coupon: String?
        if let wanted = work.coupon {
            switch try SaleTerms.stripeID(of: wanted, tx) {
            case .success(let id): coupon = id
            case .failure(.wait(let failure)): return .finish(.snooze(SaleTerms.Finding.pause, failure))
            case .failure(.refuse(let refusal)): return .finish(.refused(refusal))
            }
        }
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) { [coupon] found in
            let there = found.discounts?.compactMap { $0.object?.source?.coupon?.id } ?? []
            return there == (coupon.map { [$0] } ?? [])
        }
        return .call(
            target.intention(
                step: Self.step, .setCoupon(of: target.stripeID, to: coupon), lookUp: lookUp, job,
                refusal: { error in
                    let isOtherCurrency = error.message.contains("currency")
                    return Refusal(
                        error, code: isOtherCurrency ? "coupon_currency_mismatch" : nil, param: "coupon")
                }))
    }
}
