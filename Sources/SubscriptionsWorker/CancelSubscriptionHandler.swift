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
        static let cancelSchedule = 3
        static let release = 4
    }

    func intend(_ work: CancelSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard try tx.first(FindClientForUpdate(work.client)) != nil,
            let subscription = try tx.first(FindSubscription(work.subscription)), subscription.client == work.client
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        if subscription.status.isOver { return .finish(.done("status", subscription.status.rawValue)) }
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            if let schedule = subscription.stripeSchedule {
                // What began meanwhile ends as it was wished, and not as a schedule ends: at once.
                let mustLook = work.at == .periodEnd && !job.isUnanswered(step: Steps.cancelSchedule)
                return .call(mustLook ? look(at: schedule, work, job) : cancelSchedule(schedule, work, job))
            }
            tx.send(MarkSubscriptionDropped(subscription.id))
            try tx.projectAccess(of: work.client, because: job.cause, at: job.now)
            return .finish(.done("status", "canceled"))
        }
        if work.at == .now { return .call(cancel(target, job)) }
        if let schedule = subscription.steeredBy, !job.isUnanswered(step: Steps.cancelAtPeriodEnd),
            !job.isAnswered(step: Steps.release)
        {
            return .call(target.release(schedule, step: Steps.release, job) { _ in .again })
        }
        return .call(cancelAtPeriodEnd(target, job))
    }

    private func cancel(_ target: RunningSubscription, _ job: JobContext) -> Intention {
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) {
            $0.status == "canceled"
        }
        return Intention(step: Steps.cancel, .cancelSubscription(target.stripeID), lookUp: lookUp) {
            answer, facts, tx in
            try end(answer, of: target, facts, job, tx)
        }
    }

    /// Told to Stripe whatever our row says: there it may have been taken back a moment ago.
    private func cancelAtPeriodEnd(_ target: RunningSubscription, _ job: JobContext) -> Intention {
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) {
            $0.cancelAtPeriodEnd
        }
        let call = StripeCall<Stripe.Subscription>.setCancelAtPeriodEnd(target.stripeID, true)
        return Intention(step: Steps.cancelAtPeriodEnd, call, lookUp: lookUp) { answer, facts, tx in
            try end(answer, of: target, facts, job, tx)
        }
    }

    private func end(
        _ answer: Result<Stripe.Subscription, StripeError>, of target: RunningSubscription, _ facts: AnswerFacts,
        _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        switch answer {
        case .success(let subscription):
            try tx.apply(subscription, Sighting(facts, because: job.cause, at: job.now), job)
            let over = Outcome.done("status", subscription.status)
            let known = try tx.first(FindSubscription(target.subscription.id))
            let isSeen = known?.status.isOver == true || known?.cancelAtPeriodEnd == subscription.cancelAtPeriodEnd
            return isSeen ? over : .next(target.look(job) { _ in over })
        case .failure(let error) where error.isMissing:
            // It ended by itself meanwhile: Stripe no longer lets it be ended, but still shows it.
            return .next(target.look(job) { tx in try ended(target, Refusal(error), tx) })
        case .failure(let error):
            return .refused(Refusal(error))
        }
    }

    private func ended(
        _ target: RunningSubscription, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let status = try tx.first(FindSubscription(target.subscription.id))?.status
        return status?.isOver == true ? .done("status", status?.rawValue ?? "") : .refused(refusal)
    }

    /// What is to begin later never begins. A schedule that has begun is ended together with what it began.
    private func cancelSchedule(_ id: String, _ work: CancelSubscription, _ job: JobContext) -> Intention {
        let lookUp = LookUp<SubscriptionSchedule>(object: .retrieveSchedule(id)) { $0.status == "canceled" }
        return Intention(step: Steps.cancelSchedule, .cancelSchedule(id), lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let schedule):
                try tx.apply(schedule, Sighting(facts, because: job.cause, at: job.now), job)
                guard let begun = schedule.steered else { return .done("status", schedule.status) }
                return .next(look(atBegun: begun, work, nil, job))
            case .failure(let error): return .next(look(at: id, work, after: Refusal(error), job))
            }
        }
    }

    private func look(
        at schedule: String, _ work: CancelSubscription, after refusal: Refusal? = nil, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveSchedule(schedule)) { answer, facts, tx in
            switch answer {
            case .success(let found):
                try tx.apply(found, Sighting(facts, because: job.cause, at: job.now), job)
                if found.status == "canceled" { return .done("status", "canceled") }
                if let begun = found.steered { return .next(look(atBegun: begun, work, refusal, job)) }
                return refusal.map(Outcome.refused) ?? .next(cancelSchedule(schedule, work, job))
            case .failure(let error): return .refused(refusal ?? Refusal(error))
            }
        }
    }

    /// What began is ours by its metadata; then the row says that it runs, and it is ended as it was wished.
    private func look(
        atBegun id: String, _ work: CancelSubscription, _ refusal: Refusal?, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveSubscription(id)) { answer, facts, tx in
            switch answer {
            case .success(let begun):
                try tx.apply(begun, Sighting(facts, because: job.cause, at: job.now), job)
                let known = try tx.first(FindSubscription(work.subscription))
                if known?.stripeSubscription == id { return .again }
                return refusal.map(Outcome.refused) ?? .done("status", begun.status)
            case .failure(let error): return .refused(refusal ?? Refusal(error))
            }
        }
    }
}
