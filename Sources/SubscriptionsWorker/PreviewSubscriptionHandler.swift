import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Asks Stripe what the next bill will be, by Stripe's own arithmetic (V7). Nothing is made: the answer is the
/// command's result.
struct PreviewSubscriptionHandler: StripeHandler {
    private static let step = 1

    func intend(
        _ work: PreviewSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        var coupon: String?
        if let wanted = work.coupon {
            switch try SaleTerms.stripeID(of: wanted, tx) {
            case .success(let id): coupon = id
            case .failure(let obstacle): return finish(obstacle)
            }
        }
        if let id = work.subscription { return try preview(id, coupon, work, tx) }
        guard let client = try tx.first(FindClient(work.client)) else {
            return .finish(.refused(Refusal("not_found", "There is no such client.")))
        }
        switch try SaleTerms.find(
            work.items, coupon: work.coupon, paymentMethod: nil, collectsTax: work.collectsTax, tx)
        {
        case .wait(let failure): return finish(.wait(failure))
        case .refuse(let refusal): return finish(.refuse(refusal))
        case .ready(let terms, _):
            let days = work.trialDays.map { Int64($0) * 86_400 } ?? 0
            return .call(
                ask(
                    .previewInvoice(
                        for: client.stripeCustomer, country: client.country, postalCode: client.postalCode,
                        terms: terms, startAt: work.startAt,
                        trialEnd: days > 0 ? (work.startAt ?? job.now.seconds) + days : nil)))
        }
    }

    private func preview(
        _ id: Billing.Subscription.ID, _ coupon: String?, _ work: PreviewSubscription,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(id, of: work.client, tx) else {
            return .finish(.refused(RunningSubscription.notRunning))
        }
        var change: ItemChange?
        if !work.items.isEmpty {
            switch try ItemChanges.find(work.items, on: id, work.proration ?? .prorate, tx) {
            case .success(let found): change = found
            case .failure(let obstacle): return finish(obstacle)
            }
        }
        return .call(ask(.previewInvoice(of: target.stripeID, change: change, coupon: coupon)))
    }

    private func ask(_ call: StripeCall<InvoicePreview>) -> Intention {
        Intention(step: Self.step, call) { answer, _, _ in
            switch answer {
            case .success(let preview): .done(result: preview.invoice.previewText)
            case .failure(let error): .refused(TaxPlace.refusal(error))
            }
        }
    }

    private func finish(_ obstacle: SaleTerms.Obstacle) -> Step {
        switch obstacle {
        case .wait(let failure): .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .refuse(let refusal): .finish(.refused(refusal))
        }
    }
}
