import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Changes a subscription before it begins. One that waits for its card is ours alone; one that Stripe will begin is
/// changed in its schedule first, and here when Stripe has taken it. A schedule is looked at before: what has begun
/// meanwhile is changed as what runs is.
struct ReviseSubscriptionHandler: StripeHandler {
    private enum Steps {
        static let place = 1
        static let update = 2
    }

    func intend(
        _ work: ReviseSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let client = try tx.first(FindClientForUpdate(work.client)),
            let before = try tx.first(FindSubscription(work.subscription)), before.client == client.id
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        guard !before.status.isOver else {
            return .finish(.refused(Refusal("subscription_over", "The subscription was canceled meanwhile.")))
        }
        guard before.stripeSubscription == nil, !before.status.isAtStripe else { return .finish(.refused(Self.begun)) }
        if !job.isUnanswered(step: Steps.update), let items = work.items,
            let refusal = try SecondSale.refusal(of: items, to: before, tx)
        {
            return .finish(.refused(refusal))
        }
        let revision = Revision(
            work: work, after: work.revised(before), items: try work.wishes(tx), client: client, job: job)
        guard let schedule = before.stripeSchedule, let customer = client.stripeCustomer else {
            revision.keep(tx)
            if work.hasLocation, work.collectsTax == true { try job.enqueue(PublishClient(client: client.id), tx) }
            return .finish(.done("subscription", before.status.rawValue))
        }
        let isSent = job.isUnanswered(step: Steps.update)
        let found = try SaleTerms.find(
            revision.items, coupon: revision.after.coupon, paymentMethod: nil,
            collectsTax: revision.after.collectsTax, trialDays: revision.after.trialDays, tx)
        switch found {
        case .wait(let failure): return .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .refuse(let refusal) where !isSent: return .finish(.refused(refusal))
        case .refuse(let refusal):
            return .finish(.retry(JobFailure(code: refusal.code, message: refusal.detail)))
        case .ready(let terms, let period):
            let update = update(schedule, to: terms, period, revision)
            guard !isSent else { return .call(update) }
            return .call(look(at: schedule, customer: customer, then: update, revision))
        }
    }

    /// What a wish about its beginning is told when it comes too late.
    static let begun = Refusal("conflict", "The subscription has begun meanwhile: change it as one that runs.")

    private func look(
        at schedule: String, customer: String, then update: Intention, _ revision: Revision
    ) -> Intention {
        Intention(.retrieveSchedule(schedule)) { answer, facts, tx in
            switch answer {
            case .success(let found) where found.status == "not_started":
                guard revision.work.collectsTax == true else { return .next(update) }
                let check = TaxCheck(
                    of: revision.client, customer: customer, step: Steps.place, then: { _ in .next(update) },
                    refused: { refusal, _ in .refused(refusal) })
                return .next(check.intention(hasNewPlace: revision.work.hasLocation))
            case .success(let found):
                let job = revision.job
                try tx.apply(found, Sighting(facts, because: job.cause, at: job.now), job)
                return .refused(Self.begun)
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func update(
        _ schedule: String, to terms: SubscriptionTerms, _ period: (interval: String, count: Int64),
        _ revision: Revision
    ) -> Intention {
        let (job, start) = (revision.job, revision.after.startAt.seconds)
        let call = StripeCall<SubscriptionSchedule>.changeSchedule(
            schedule, startAt: start, terms: terms, phase: period, metadata: job.metadata(of: revision.after.id))
        let lookUp = LookUp<SubscriptionSchedule>(object: .retrieveSchedule(schedule)) {
            $0.begins(with: terms, at: start)
        }
        return Intention(step: Steps.update, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                revision.keep(tx)
                try tx.apply(changed, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("scheduled", changed.id)
            case .failure(let error):
                return .refused(
                    error.param?.contains("coupon") == true
                        ? Refusal(error, param: "coupon") : TaxPlace.refusal(error))
            }
        }
    }
}

extension ReviseSubscription {
    /// All of what it is to sell.
    func wishes(_ tx: borrowing Transaction<TenantScope>) throws -> [SubscriptionItemWish] {
        try items ?? tx.run(ListItemsOf([subscription])).map(SubscriptionItemWish.init)
    }
}

/// What a subscription is to begin with.
private struct Revision: Sendable {
    let work: ReviseSubscription
    let after: Billing.Subscription
    let items: [SubscriptionItemWish]
    let client: Client
    let job: JobContext

    /// Writes it down, and tells the portal.
    func keep(_ tx: borrowing Transaction<TenantScope>) {
        tx.send(MarkSubscriptionRevised(after))
        if let items = work.items { tx.send(MarkItemsRevised(of: after.id, items)) }
        tx.announce(.subscription(after.id, of: client.id, "updated", status: after.status), at: job.now)
    }
}

extension SubscriptionSchedule {
    /// Whether it begins on that day with just this, its tax and its trial among it.
    fileprivate func begins(with terms: SubscriptionTerms, at start: Int64) -> Bool {
        guard let first = phases?.first, first.startDate == start, first.items.count == terms.items.count,
            (first.discounts ?? []).compactMap(\.coupon) == (terms.coupon.map { [$0] } ?? []),
            (defaultSettings?.automaticTax?.enabled ?? false) == terms.automaticTax,
            first.trialEnd == terms.trialDays.map({ start + $0 * 86_400 })
        else { return false }
        return terms.items.allSatisfy { item in
            first.items.contains { $0.price.id == item.price && $0.quantity == item.quantity }
        }
    }
}
