import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Ends a subscription, at once or with its paid period. One that Stripe never saw is ended here.
struct CancelSubscriptionHandler: StripeHandler {
    private enum Steps {
        static let cancel = 1
        static let cancelSchedule = 3
        static let cancelAtPeriodEnd = 2
    }

    func intend(_ work: CancelSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard try tx.first(FindClientForUpdate(work.client)) != nil,
            let subscription = try tx.first(FindSubscription(work.subscription)), subscription.client == work.client
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        if subscription.status.isOver { return .finish(.done("status", subscription.status.rawValue)) }
        guard let stripeID = subscription.stripeSubscription else {
            if let schedule = subscription.stripeSchedule { return .call(cancelSchedule(schedule, work, job)) }
            tx.send(MarkSubscriptionDropped(subscription.id))
            try tx.projectAccess(of: work.client, because: job.cause, at: job.now)
            return .finish(.done("status", "canceled"))
        }
        if work.at == .periodEnd, subscription.cancelAtPeriodEnd {
            return .finish(.done("cancel_at_period_end", "true"))
        }
        // Usage of the period that ends is billed with it: otherwise Stripe throws it away.
        let isMetered = try tx.run(ListItemsOf([subscription.id])).contains {
            try tx.first(FindPrice($0.price))?.isMetered == true
        }
        return .call(cancel(stripeID, work.at, invoiceNow: isMetered, job))
    }

    private func cancel(
        _ id: String, _ moment: CancelSubscription.Moment, invoiceNow: Bool, _ job: JobContext
    ) -> Intention {
        let isNow = moment == .now
        let call: StripeCall<Stripe.Subscription> =
            isNow ? .cancelSubscription(id, invoiceNow: invoiceNow) : .setCancelAtPeriodEnd(id, true)
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

    /// What is to begin later never begins. When it has begun meanwhile, what it became is ended.
    private func cancelSchedule(_ id: String, _ work: CancelSubscription, _ job: JobContext) -> Intention {
        let lookUp = LookUp<SubscriptionSchedule>(object: .retrieveSchedule(id)) { $0.status == "canceled" }
        return Intention(step: Steps.cancelSchedule, .cancelSchedule(id), lookUp: lookUp) { answer, facts, tx in
            let sighting = Sighting(facts, because: job.cause, at: job.now)
            switch answer {
            case .success(let schedule):
                try tx.apply(schedule, sighting, job)
                guard let begun = schedule.subscription?.id ?? schedule.releasedSubscription else {
                    return .done("status", schedule.status)
                }
                return .next(look(begun, job))
            case .failure(let error):
                return .next(lookAtSchedule(id, after: Refusal(error), job))
            }
        }
    }

    private func lookAtSchedule(_ id: String, after refusal: Refusal, _ job: JobContext) -> Intention {
        Intention(.retrieveSchedule(id)) { answer, facts, tx in
            guard case .success(let schedule) = answer else { return .refused(refusal) }
            try tx.apply(schedule, Sighting(facts, because: job.cause, at: job.now), job)
            if schedule.status == "canceled" { return .done("status", "canceled") }
            guard let begun = schedule.subscription?.id ?? schedule.releasedSubscription else {
                return .refused(refusal)
            }
            return .next(cancel(begun, .now, invoiceNow: true, job))
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
