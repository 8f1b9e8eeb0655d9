import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Takes a coupon off sale at Stripe; the discounts it gave stay.
struct DeleteCouponHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: DeleteCoupon, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let coupon = try tx.first(FindCoupon(work.coupon)) else {
            return .finish(.refused(Refusal("not_found", "There is no such coupon.")))
        }
        guard let known = coupon.stripeCoupon else {
            tx.send(MarkCouponDeleted(coupon.id))
            return .finish(.done("coupon", "never published"))
        }
        return .call(
            Intention(step: Self.step, StripeCall<Deleted>.deleteCoupon(known)) { answer, _, tx in
                switch answer {
                case .failure(let error) where !error.isMissing: return .refused(Refusal(error))
                // It is gone, whoever deleted it.
                case .success, .failure:
                    tx.send(MarkCouponDeleted(coupon.id))
                    return .done("coupon", known)
                }
            })
    }
}
