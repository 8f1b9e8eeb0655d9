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
        if let id = work.subscription, let target = try RunningSubscription(id, of: work.client, tx) {
            return try preview(target, work, tx)
        }
        guard let client = try tx.first(FindClient(work.client)) else {
            return .finish(.refused(Refusal("not_found", "There is no such client.")))
        }
        if let id = work.subscription { return try preview(id, of: client, work.revision, job, tx) }
        // Where the client would be taxed counts, of whom Stripe knows too.
        let isMoving = work.country != nil || work.postalCode != nil
        var placed = client
        if isMoving { (placed.country, placed.postalCode) = (work.country, work.postalCode) }
        return try preview(
            work.items, of: placed, coupon: work.coupon, collectsTax: work.collectsTax, trialDays: work.trialDays ?? 0,
            tx
        ) { terms, _ in new(terms, for: placed, isMoving: isMoving, startAt: work.startAt, job) }
    }

    /// The next bill of what runs.
    private func preview(
        _ target: RunningSubscription, _ work: PreviewSubscription, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard work.revision == nil else { return .finish(.refused(ReviseSubscriptionHandler.begun)) }
        var coupon: String?
        if let wanted = work.coupon {
            switch try SaleTerms.stripeID(of: wanted, tx) {
            case .success(let id): coupon = id
            case .failure(let obstacle): return finish(obstacle)
            }
        }
        var change: ItemChange?
        if !work.items.isEmpty {
            switch try ItemChanges.find(
                work.items, on: target.subscription.id, work.proration ?? .prorate, tx)
            {
            case .success(let found): change = found
            case .failure(let obstacle): return finish(obstacle)
            }
        }
        return .call(ask(.previewInvoice(of: target.stripeID, change: change, coupon: coupon)))
    }

    /// The bill with which something will begin: by its schedule where Stripe begins it, else as of one that does not
    /// exist yet.
    private func preview(
        _ id: Billing.Subscription.ID, of client: Client, _ revision: ReviseSubscription?, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let before = try tx.first(FindSubscription(id)), before.client == client.id, !before.status.isOver,
            !before.status.isAtStripe
        else { return .finish(.refused(RunningSubscription.notRunning)) }
        let work = revision ?? ReviseSubscription(id, of: client.id)
        let after = work.revised(before)
        return try preview(
            work.wishes(tx), of: client, coupon: after.coupon, collectsTax: after.collectsTax,
            trialDays: after.trialDays, tx
        ) { terms, period in
            let start = after.startAt.seconds
            guard let schedule = before.stripeSchedule else {
                return new(terms, for: client, startAt: after.startAt > job.now ? start : nil, job)
            }
            return .previewInvoice(ofSchedule: schedule, change: revision == nil ? nil : (terms, start, period))
        }
    }

    private func preview(
        _ wishes: [SubscriptionItemWish], of client: Client, coupon: Billing.Coupon.ID?, collectsTax: Bool,
        trialDays: Int,
        _ tx: borrowing Transaction<TenantScope>,
        by call: (SubscriptionTerms, _ period: (interval: String, count: Int64)) -> StripeCall<InvoicePreview>
    ) throws -> Step {
        switch try SaleTerms.find(
            wishes, coupon: coupon, paymentMethod: nil, collectsTax: collectsTax, trialDays: trialDays, tx)
        {
        case .wait(let failure): finish(.wait(failure))
        case .refuse(let refusal): finish(.refuse(refusal))
        case .ready(let terms, let period): .call(ask(call(terms, period), of: client))
        }
    }

    private func new(
        _ terms: SubscriptionTerms, for client: Client, isMoving: Bool = false, startAt: Int64?, _ job: JobContext
    ) -> StripeCall<InvoicePreview> {
        let place = isMoving || client.stripeCustomer == nil ? (client.country, client.postalCode) : nil
        return .previewInvoice(
            for: client.stripeCustomer, at: place, terms: terms, startAt: startAt,
            trialEnd: terms.trialDays.map { (startAt ?? job.now.seconds) + $0 * 86_400 })
    }

    /// - Parameter client: whose place is asked for when Stripe lacks it; nil: the bill's own subscription has one.
    private func ask(_ call: StripeCall<InvoicePreview>, of client: Client? = nil) -> Intention {
        Intention(step: Self.step, call) { answer, _, _ in
            switch answer {
            case .success(let preview): .done(result: preview.invoice.previewText)
            case .failure(let error): .refused(TaxPlace.refusal(error, of: client))
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
