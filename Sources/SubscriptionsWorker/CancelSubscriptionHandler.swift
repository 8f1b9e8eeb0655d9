import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Ends a subscription, at once or with its paid period. One that Stripe never saw is ended here.
struct CancelSubscriptionHandler: StripeHandler {
    private enum Steps {
        static let cancel = 1
        static let cancelAtPeriodEnd = 2
    }

    func intend(_ work: CancelSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard try tx.first(FindClientForUpdate(work.client)) != nil,
            let subscription = try tx.first(FindSubscription(work.subscription)), subscription.client == work.client
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        if subscription.status.isOver { return .finish(.done("status", subscription.status.rawValue)) }
        guard let stripeID = subscription.stripeSubscription else {
            tx.send(MarkSubscriptionDropped(subscription.id))
            try tx.projectAccess(of: work.client, because: job.cause, at: job.now)
            return .finish(.done("status", "canceled"))
        }
        if work.at == .periodEnd, subscription.cancelAtPeriodEnd {
            return .finish(.done("cancel_at_period_end", "true"))
        }
        return .call(cancel(stripeID, work.at, job))
    }

    private func cancel(_ id: String, _ moment: CancelSubscription.Moment, _ job: JobContext) -> Intention {
        let isNow = moment == .now
        let call: StripeCall<Stripe.Subscription> = isNow ? .cancelSubscription(id) : .setCancelAtPeriodEnd(id, true)
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(id)) {
            isNow ? $0.status == "canceled" : $0.cancelAtPeriodEnd
        }
        return Intention(step: isNow ? Steps.cancel : Steps.cancelAtPeriodEnd, call, lookUp: lookUp) {
            answer, facts, tx in
            switch answer {
            case .success(let subscription):
                try tx.apply(subscription, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("status", subscription.status)
            case .failure(let error) where error.isMissing:
                // It ended by itself meanwhile: Stripe no longer lets it be ended, but still shows it.
                return .next(look(id, job))
            case .failure(let error):
                return .refused(Refusal(error))
            }
        }
    }

    private func look(_ id: String, _ job: JobContext) -> Intention {
        Intention(.retrieveSubscription(id)) { answer, facts, tx in
            switch answer {
            case .success(let subscription):
                try tx.apply(subscription, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("status", subscription.status)
            case .failure(let error):
                return .refused(Refusal(error))
            }
        }
    }
}
