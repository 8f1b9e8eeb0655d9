import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Gives money of a paid invoice back: finds the payment, then refunds it. Stripe's own count keeps more from going
/// back than came in.
struct RefundInvoiceHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: RefundInvoice, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let refund = try tx.first(FindRefund(work.refund)), let invoice = try tx.first(FindInvoice(work.invoice)),
            invoice.client == work.client, let id = invoice.stripeInvoice
        else { return .finish(.refused(Refusal("not_found", "There is no such refund."))) }
        if let known = refund.stripeRefund { return .finish(.done("refund", known)) }
        return .call(
            Intention(.listInvoicePayments(of: id)) { answer, facts, tx in
                switch answer {
                case .success(let payments):
                    let payment = payments.data.first { ($0.amountPaid ?? 0) >= refund.amount }
                    guard let intent = (payment ?? payments.data.first)?.payment.paymentIntent else {
                        let refusal = Refusal("invoice_not_paid", "No payment through Stripe paid this invoice.")
                        return giveUp(refund, refusal, facts, job, tx)
                    }
                    return .next(give(refund, of: intent, work, job))
                case .failure(let error): return giveUp(refund, Refusal(error), facts, job, tx)
                }
            })
    }

    /// Nothing is called failed while money may have gone back without our knowing.
    private func giveUp(
        _ refund: Billing.Refund, _ refusal: Refusal, _ facts: AnswerFacts, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        guard job.isUnanswered(step: Self.step) else { return refuse(refund, refusal, facts, tx) }
        return .retry(JobFailure(code: refusal.code, message: refusal.detail))
    }

    private func give(
        _ refund: Billing.Refund, of intent: String, _ work: RefundInvoice, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Stripe.Refund>.createRefund(
            paymentIntent: intent, amount: refund.amount, reason: refund.reason?.rawValue,
            metadata: job.metadata(of: refund.id))
        let lookUp = LookUp<Stripe.Refund>(
            list: { StripeCall<List<Stripe.Refund>>.listRefunds(of: intent, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, refund.id) })
        return Intention(step: Self.step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                try tx.apply(made, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("refund", made.id)
            case .failure(let error): return refuse(refund, Refusal(error), facts, tx)
            }
        }
    }

    private func refuse(
        _ refund: Billing.Refund, _ refusal: Refusal, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        tx.send(MarkRefund(refund.id, stripe: nil, status: "failed", problem: refusal.json, seq: facts.fetchSeq))
        return .refused(refusal)
    }
}
