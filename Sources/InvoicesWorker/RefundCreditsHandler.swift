import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Gives money of a purchase of credits back; the credits it bought go with it (V15).
struct RefundCreditsHandler: StripeHandler {
    private static let refund = 1

    func intend(_ work: RefundCredits, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let refund = try tx.first(FindCreditRefund(work.refund)), refund.client == work.client,
            let purchase = try tx.first(FindCreditPurchase(refund.purchase))
        else { return .finish(.refused(Refusal("not_found", "There is no such refund."))) }
        guard refund.status == .preparing, let intent = purchase.stripePaymentIntent else {
            return .finish(.done("status", refund.status.rawValue))
        }
        return .call(make(refund, of: purchase, intent, job))
    }

    private func make(
        _ refund: CreditRefund, of purchase: CreditPurchase, _ intent: String, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Stripe.Refund>.createRefund(
            paymentIntent: intent, amount: refund.amount, reason: refund.reason, metadata: job.metadata(of: refund.id))
        let lookUp = LookUp<Stripe.Refund>(
            list: { StripeCall<List<Stripe.Refund>>.listRefunds(of: intent, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, refund.id) })
        return Intention(step: Self.refund, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                try tx.mirror(made, of: purchase, intent: intent, seq: facts.fetchSeq, job)
                return .done("status", made.status ?? "")
            case .failure(let error):
                let refusal = Refusal(error)
                tx.send(MarkCreditRefundFailed(refund.id, problem: refusal.json))
                return .refused(refusal)
            }
        }
    }
}
