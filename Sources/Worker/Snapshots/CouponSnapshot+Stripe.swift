public import Billing
internal import Daemon
internal import FoundationEssentials
public import Stripe

extension CouponSnapshot {
    /// Reads a fetched coupon; nil for one that was deleted or whose terms we cannot name.
    public init?(_ object: Stripe.Coupon) {
        guard object.deleted != true,
            let duration = object.duration.flatMap(Billing.Coupon.Duration.init(rawValue:))
        else { return nil }
        let off: Billing.Coupon.Off
        if let percent = object.percentOff {
            off = .percent("\(percent)")
        } else if let amount = object.amountOff, let currency = object.currency {
            off = .amount(amount, currency: currency)
        } else {
            return nil
        }
        self.init(
            stripeID: object.id, name: object.name ?? object.id, off: off, duration: duration,
            months: object.durationInMonths, maxRedemptions: object.maxRedemptions,
            redeemBy: object.redeemBy.map(Timestamp.init(seconds:)), timesRedeemed: object.timesRedeemed ?? 0,
            isValid: object.valid ?? true)
    }
}
