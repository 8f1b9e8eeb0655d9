import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Looks how a purchase stands at Stripe: whether its page was paid, what Stripe took of it (L16), and what was given
/// back, here or in Stripe's dashboard (V15).
struct RefreshCreditPurchaseHandler: StripeHandler {
    /// What is not settled after these is left to the next event.
    private static let roundsMax = 6

    func intend(
        _ work: RefreshCreditPurchase, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let purchase = try tx.first(FindCreditPurchase(work.purchase)), purchase.client == work.client else {
            return .finish(.refused(Refusal("not_found", "There is no such purchase.")))
        }
        if purchase.status != .paid, let session = purchase.stripeSession {
            return .call(look(atPage: session, purchase, work, job))
        }
        guard let intent = purchase.stripePaymentIntent else {
            return .finish(.done("status", purchase.status.rawValue))
        }
        return .call(look(at: intent, purchase, work, job))
    }

    private func look(
        atPage id: String, _ purchase: CreditPurchase, _ work: RefreshCreditPurchase, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveCheckoutSession(id)) { answer, _, tx in
            switch answer {
            case .success(let session) where session.status == "complete":
                guard let intent = session.paymentIntent?.id else { return .done("status", "complete") }
                tx.send(MarkPurchaseIntent(purchase.id, intent: intent))
                if session.paymentStatus != "paid" { tx.send(MarkPurchaseProcessing(purchase.id)) }
                return .next(look(at: intent, purchase, work, job))
            case .success(let session) where session.status == "expired":
                try tx.closePurchase(purchase, as: .expired, problem: nil, because: job.cause, at: job.now)
                return .done("status", "expired")
            case .success(let session): return .done("status", session.status ?? "")
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func look(
        at id: String, _ purchase: CreditPurchase, _ work: RefreshCreditPurchase, _ job: JobContext
    ) -> Intention {
        Intention(.retrievePaymentIntent(id)) { answer, _, tx in
            guard case .success(let intent) = answer else {
                guard case .failure(let error) = answer else { return .again }
                return .refused(Refusal(error))
            }
            switch intent.status {
            case "succeeded": break
            // Tried and refused, or canceled by somebody at Stripe: it is over, and must not look as if it went on.
            case "requires_payment_method" where purchase.status.hasBeenTried,
                "canceled" where purchase.status.hasBeenTried:
                let failure = intent.lastPaymentError
                let refusal = Refusal(
                    failure?.code ?? "payment_failed", failure?.message ?? "The bank refused the payment.")
                try tx.closePurchase(
                    purchase, as: .failed, problem: refusal.json, because: job.cause, at: job.now)
                return .done("status", "failed")
            default:
                if intent.status == "processing" { try again(work, job, tx) }
                return .done("status", intent.status)
            }
            let payment = CreditPayment(intent)
            guard try tx.grantPurchase(purchase, paidBy: payment, because: job.cause, at: job.now) else {
                return .dead(.otherAmount)
            }
            return try settle(intent, purchase, work, job, tx)
        }
    }

    /// What Stripe took; then what was given back, where anything was.
    private func settle(
        _ intent: PaymentIntent, _ purchase: CreditPurchase, _ work: RefreshCreditPurchase, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let charge = intent.latestCharge?.object
        if let settled = charge?.balanceTransaction?.object {
            tx.send(
                MarkCreditTransactionSettled(
                    intent.id, fee: settled.fee, net: settled.net, currency: settled.currency,
                    balanceTransaction: settled.id))
        } else {
            try again(work, job, tx)
        }
        guard try (charge?.amountRefunded ?? 0) > 0 || !tx.run(ListRefundsOfPurchase(purchase.id)).isEmpty else {
            return .done("status", "paid")
        }
        return .next(refunds(of: intent.id, after: nil, purchase, job))
    }

    private func refunds(
        of intent: String, after: String?, _ purchase: CreditPurchase, _ job: JobContext
    ) -> Intention {
        Intention(.listRefunds(of: intent, startingAfter: after)) { answer, facts, tx in
            switch answer {
            case .success(let page):
                // Oldest first: so the shares come out the same whenever they are looked at.
                for refund in page.data.reversed() {
                    try tx.mirror(refund, of: purchase, intent: intent, seq: facts.fetchSeq, job)
                }
                guard page.hasMore, let last = page.data.last else { return .done("status", "paid") }
                return .next(refunds(of: intent, after: last.id, purchase, job))
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func again(
        _ work: RefreshCreditPurchase, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        let round = (work.round ?? 0) + 1
        guard round <= Self.roundsMax else { return }
        try job.enqueue(
            RefreshCreditPurchase(purchase: work.purchase, client: work.client, round: round), tx,
            runAt: job.now + .seconds(Int64(30) << Int64(2 * round)))
    }
}

extension Transaction where Scope == TenantScope {
    /// Mirrors a refund as fetched. A status we do not know keeps what the row has.
    func mirror(
        _ refund: Stripe.Refund, of purchase: CreditPurchase, intent: String, seq: Int64, _ job: JobContext
    ) throws {
        guard let status = refund.status.flatMap(CreditRefund.Status.init(rawValue:)), status != .preparing else {
            return
        }
        let problem = refund.failureReason.map { Refusal($0, "The refund failed: \($0).").json }
        try mirrorRefund(
            CreditRefundSnapshot(
                stripeID: refund.id, amount: refund.amount, status: status, problem: problem, seq: seq),
            ours: job.ours(refund.metadata), of: purchase, intent: intent, because: job.cause, at: job.now)
    }
}
