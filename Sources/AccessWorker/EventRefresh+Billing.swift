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

    /// What begins later, and what changes with its next period: the subscription that it steers or steered shows
    /// what became of it.
    func schedule(_ object: String) -> Intention {
        Intention(.retrieveSchedule(object)) { answer, facts, tx in
            guard case .success(let schedule) = answer else { return try gone(answer, tx) }
            let isOurs = try tx.apply(schedule, sighting(facts), job)
            guard let steered = schedule.steered else { return over(isOurs: isOurs, tx) }
            return .next(subscription(steered))
        }
    }

    /// A refund was made, or became something else: one of ours by its metadata, one of credits, or one that somebody
    /// else made of an invoice, which only the payment's list of invoices tells.
    func refund(_ object: String) -> Intention {
        Intention(.retrieveRefund(object)) { answer, facts, tx in
            guard case .success(let refund) = answer else { return try gone(answer, tx) }
            if try tx.apply(refund, sighting(facts), job) { return over(isOurs: true, tx) }
            guard let intent = refund.paymentIntent else { return ignore(tx) }
            guard try tx.first(FindPurchaseByStripe(intent)) == nil else { return try lookAtPurchase(of: intent, tx) }
            return .next(invoice(paidBy: intent, given: refund, sighting(facts)))
        }
    }

    private func invoice(paidBy intent: String, given refund: Stripe.Refund, _ seen: Sighting) -> Intention {
        Intention(.listInvoicePayments(by: intent)) { answer, _, tx in
            guard case .success(let payments) = answer else { return try gone(answer, tx) }
            guard let paid = payments.data.lazy.compactMap(\.invoice).first,
                let invoice = try tx.first(FindInvoiceByStripe(paid))
            else { return ignore(tx) }
            tx.apply(refund, of: invoice, seen, job)
            return over(isOurs: true, tx)
        }
    }

    func creditNote(_ object: String) -> Intention {
        Intention(StripeCall<Stripe.CreditNote>.retrieveCreditNote(object)) { answer, facts, tx in
            guard case .success(let note) = answer else { return try gone(answer, tx) }
            return over(isOurs: try tx.apply(note, sighting(facts), job), tx)
        }
    }
}
