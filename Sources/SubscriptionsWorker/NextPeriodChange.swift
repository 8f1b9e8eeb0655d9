import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Has a subscription sell other things from its next period on (STRIPE.md 16): a schedule takes it over as it is, then
/// is told what follows. Until then the change can be seen and taken back; usage so far is billed as it was sold.
struct NextPeriodChange: Sendable {
    private enum Steps {
        static let takeOver = 3
        static let plan = 4
        static let release = 5
    }

    private let target: RunningSubscription
    private let work: ChangeSubscription
    private let job: JobContext

    init(_ target: RunningSubscription, _ work: ChangeSubscription, _ job: JobContext) {
        self.target = target
        self.work = work
        self.job = job
    }

    /// What comes next.
    func step(_ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard !job.hasDone(step: Steps.plan) else { return .call(target.look(job)) }
        let isSent = job.isUnanswered(step: Steps.takeOver) || job.isUnanswered(step: Steps.plan)
        if !isSent, let refusal = try SecondSale.refusal(of: work.items, to: target.subscription, tx) {
            return .finish(.refused(refusal))
        }
        if target.subscription.cancelAtPeriodEnd, !isSent {
            return .finish(.refused(Refusal("conflict", "The subscription is about to end: take that back first.")))
        }
        let collectsTax = target.subscription.collectsTax
        let found = try SaleTerms.find(work.items, coupon: nil, paymentMethod: nil, collectsTax: collectsTax, tx)
        switch found {
        case .wait(let failure): return .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .refuse(let refusal) where !isSent: return .finish(.refused(refusal))
        case .refuse(let refusal):
            return .finish(.retry(JobFailure(code: refusal.code, message: refusal.detail)))
        case .ready(let terms, let period):
            guard let schedule = target.subscription.steeredBy, !job.isUnanswered(step: Steps.takeOver) else {
                return .call(takeOver(terms, period))
            }
            return .call(look(at: schedule, terms, period))
        }
    }

    /// A schedule made of a running subscription takes no metadata: it is known by the subscription it steers.
    private func takeOver(_ terms: SubscriptionTerms, _ period: (interval: String, count: Int64)) -> Intention {
        let (customer, stripeID) = (target.client.stripeCustomer ?? "", target.stripeID)
        let lookUp = LookUp<SubscriptionSchedule>(
            list: { StripeCall<List<SubscriptionSchedule>>.listSchedules(of: customer, startingAfter: $1) },
            isOurs: { $0.status == "active" && $0.subscription?.id == stripeID })
        return Intention(step: Steps.takeOver, .createSchedule(from: stripeID), lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let made):
                tx.send(MarkSteered(target.subscription.id, by: made.id))
                return plan(made, terms, period)
            case .failure(let error):
                // One that we had not heard of may steer it: who asks again finds it in the row.
                let refusal = Refusal(error)
                return .next(target.look(job) { _ in .refused(refusal) })
            }
        }
    }

    private func look(
        at schedule: String, _ terms: SubscriptionTerms, _ period: (interval: String, count: Int64)
    ) -> Intention {
        Intention(.retrieveSchedule(schedule)) { answer, _, _ in
            switch answer {
            case .success(let found) where found.status == "active": return plan(found, terms, period)
            case .success: return .next(target.look(job) { _ in .again })
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    private func plan(
        _ schedule: SubscriptionSchedule, _ terms: SubscriptionTerms, _ period: (interval: String, count: Int64)
    ) -> Outcome {
        guard let now = schedule.phaseNow else {
            return .retry(JobFailure(code: "schedule_unclear", message: "Stripe does not show the schedule's phase"))
        }
        let lookUp = LookUp<SubscriptionSchedule>(object: .retrieveSchedule(schedule.id)) { $0.plans(terms) }
        let call = StripeCall<SubscriptionSchedule>.planChange(of: schedule.id, after: now, to: terms, period: period)
        return .next(
            Intention(step: Steps.plan, call, lookUp: lookUp) { answer, facts, tx in
                switch answer {
                case .success(let planned):
                    let at = Timestamp(seconds: planned.phases?.last?.startDate ?? now.endDate)
                    tx.send(
                        MarkPendingChange(
                            work.subscription, PendingChange(items: work.items, sold: work.sold, at: at),
                            seq: facts.fetchSeq))
                    return .next(target.look(job))
                case .failure(let error): return giveUp(schedule.id, Refusal(error))
                }
            })
    }

    /// What Stripe does not plan leaves no schedule behind, unless it carries an earlier plan.
    private func giveUp(_ schedule: String, _ refusal: Refusal) -> Outcome {
        guard target.subscription.pendingChange == nil else { return .refused(refusal) }
        return .next(target.release(schedule, step: Steps.release, job) { _ in .refused(refusal) })
    }
}

extension SubscriptionSchedule {
    /// Whether its last phase sells just this.
    fileprivate func plans(_ terms: SubscriptionTerms) -> Bool {
        guard let phases, phases.count > 1, let last = phases.last, last.items.count == terms.items.count else {
            return false
        }
        return terms.items.allSatisfy { item in
            last.items.contains { $0.price.id == item.price && $0.quantity == item.quantity }
        }
    }
}
