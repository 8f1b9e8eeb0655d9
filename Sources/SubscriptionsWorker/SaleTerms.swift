import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// What rows say is sold, in Stripe's ids.
enum SaleTerms {
    /// What is known of the terms.
    enum Finding {
        /// Everything is at Stripe; with the period of the bills.
        case ready(SubscriptionTerms, period: (interval: String, count: Int64))
        /// Something of it is still on its way there.
        case wait(JobFailure)
        /// Something of it will never be there.
        case refuse(Refusal)
    }

    /// Reads prices and coupon.
    static func find(
        _ wishes: [SubscriptionItemWish], coupon: Billing.Coupon.ID?, paymentMethod: String?, collectsTax: Bool,
        trialDays: Int = 0, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Finding {
        var items: [SubscriptionTerms.Item] = []
        var period: (String, Int64) = ("month", 1)
        for wish in wishes {
            guard let price = try tx.first(FindPrice(wish.price)) else {
                return .refuse(Refusal("not_found", "There is no such price."))
            }
            guard let stripePrice = price.stripePrice else { return try unpublished(price, tx) }
            items.append(.init(price: stripePrice, quantity: price.isMetered ? nil : wish.quantity))
            if let interval = price.interval { period = (interval.rawValue, Int64(price.intervalCount)) }
        }
        var terms = SubscriptionTerms(items: items, paymentMethod: paymentMethod, automaticTax: collectsTax)
        if trialDays > 0 { terms.trialDays = Int64(trialDays) }
        if let coupon {
            switch try stripeID(of: coupon, tx) {
            case .success(let id): terms.coupon = id
            case .failure(.wait(let failure)): return .wait(failure)
            case .failure(.refuse(let refusal)): return .refuse(refusal)
            }
        }
        return .ready(terms, period: period)
    }

    /// Why a coupon cannot be used now.
    enum Obstacle: Error {
        case wait(JobFailure)
        case refuse(Refusal)
    }

    /// A coupon in Stripe's words. One that nobody brings to Stripe any more is refused, so that what waits behind this
    /// command goes on.
    static func stripeID(
        of coupon: Billing.Coupon.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Result<String, Obstacle> {
        guard let found = try tx.first(FindCoupon(coupon)) else {
            return .failure(.refuse(Refusal("not_found", "There is no such coupon.", param: "coupon")))
        }
        switch (found.status, found.stripeCoupon) {
        case (.active, let id?): return .success(id)
        case (.publishing, _) where try tx.first(FindLiveCommand(about: coupon.rawValue)) != nil:
            return .failure(.wait(JobFailure(code: "coupon_unpublished", message: "the coupon is not at Stripe yet")))
        default:
            return .failure(.refuse(Refusal("coupon_expired", "The coupon can no longer be given.", param: "coupon")))
        }
    }

    /// A price whose product is still being published is waited for; one that nobody publishes any more is refused, so
    /// that what waits behind this command goes on.
    private static func unpublished(
        _ price: Billing.Price, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Finding {
        let failure = JobFailure(code: "price_unpublished", message: "a price is not at Stripe yet")
        for target in [price.product.rawValue, price.id.rawValue]
        where try tx.first(FindLiveCommand(about: target)) != nil { return .wait(failure) }
        return .refuse(
            Refusal("price_unpublished", "A price is not at Stripe: its product's last command did not succeed."))
    }
}

extension SaleTerms.Finding {
    /// How long a wait is: a product's command takes a second or two.
    static let pause: Duration = .seconds(2)
}
