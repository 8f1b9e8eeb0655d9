import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a coupon at Stripe (J1).
struct PublishCouponHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: PublishCoupon, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let coupon = try tx.first(FindCoupon(work.coupon)) else {
            return .finish(.refused(Refusal("not_found", "There is no such coupon.")))
        }
        if let known = coupon.stripeCoupon { return .finish(.done("coupon", known)) }
        var percent: String?
        var amount: (Int64, String)?
        switch coupon.off {
        case .percent(let part): percent = part
        case .amount(let minor, let currency): amount = (minor, currency)
        }
        let call = StripeCall<Stripe.Coupon>.createCoupon(
            name: coupon.name, percentOff: percent, amountOff: amount?.0, currency: amount?.1,
            duration: coupon.duration.rawValue, durationInMonths: coupon.months.map(Int64.init),
            maxRedemptions: coupon.maxRedemptions, redeemBy: coupon.redeemBy?.seconds,
            metadata: job.metadata(of: coupon.id))
        let lookUp = LookUp<Stripe.Coupon>(
            list: { StripeCall<List<Stripe.Coupon>>.listCoupons(createdSince: $0, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, coupon.id) })
        return .call(
            Intention(step: Self.step, call, lookUp: lookUp) { answer, _, tx in
                switch answer {
                case .success(let made):
                    tx.send(MarkCouponPublished(coupon.id, coupon: made.id))
                    return .done("coupon", made.id)
                case .failure(let error):
                    let refusal = Refusal(error)
                    tx.send(MarkCouponRefused(coupon.id, problem: refusal.json))
                    return .refused(refusal)
                }
            })
    }
}
