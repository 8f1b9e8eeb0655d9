import Billing
import Jobs
import Postgres
import Stripe
import Worker

// What stands around subscriptions and invoices: coupons, later starts, refunds, corrections.

extension EventRefresh {
    /// The invoice itself shows ten lines only.
    func lines(of invoice: Stripe.Invoice, _ seen: AnswerFacts) -> Intention {
        .lines(of: invoice) { answer, tx in
            guard case .success(let all) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(invoice, lines: all, sighting(seen), job) != nil, tx)
        }
    }

    /// A coupon made, changed or deleted in Stripe's dashboard (J1). Stripe has no deleted ones any more: that one is
    /// missing says all.
    func coupon(_ object: String) -> Intention {
        Intention(StripeCall<Stripe.Coupon>.retrieveCoupon(object)) { answer, facts, tx in
            switch answer {
            case .success(let coupon): return over(isOurs: try tx.apply(coupon, sighting(facts), job), tx)
            case .failure(let error) where error.isMissing:
                guard let known = try tx.first(FindCouponByStripe(object)) else { return over(isOurs: false, tx) }
                tx.send(MarkCouponDeleted(known))
                return over(isOurs: true, tx)
            case .failure: return try gone(answer, tx)
            }
        }
    }

    /// What begins later: not begun, begun, or canceled.
    func schedule(_ object: String) -> Intention {
        Intention(.retrieveSchedule(object)) { answer, facts, tx in
            guard case .success(let schedule) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(schedule, sighting(facts), job), tx)
        }
    }

    func creditNote(_ object: String) -> Intention {
        Intention(StripeCall<Stripe.CreditNote>.retrieveCreditNote(object)) { answer, facts, tx in
            guard case .success(let note) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(note, sighting(facts), job), tx)
        }
    }
}
