import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// A subscription that Stripe has and that is not over: what can be changed there.
struct RunningSubscription: Sendable {
    /// Our row.
    let subscription: Billing.Subscription
    /// Whose it is.
    let client: Client
    /// `sub_…`
    let stripeID: String

    /// Nil when there is none, or it is over, or Stripe does not have it.
    init?(
        _ id: Billing.Subscription.ID, of client: Client.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        guard let owner = try tx.first(FindClientForUpdate(client)), let found = try tx.first(FindSubscription(id)),
            found.client == owner.id, !found.status.isOver, let stripeID = found.stripeSubscription
        else { return nil }
        subscription = found
        self.client = owner
        self.stripeID = stripeID
    }

    /// What a change of anything else is told.
    static let notRunning = Refusal("subscription_not_running", "The subscription is not running at Stripe.")

    /// What a change of coupon or tax is told: the plan for the next period holds both as they were when it was made,
    /// and would bring them back.
    static let changePending = Refusal(
        "change_pending",
        "A change waits for the next period: take it back first, or wait until it has happened.")

    /// What follows a look.
    typealias Then = @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome

    /// One change of it, whose answer is mirrored. One that is made already is only looked at: the command was
    /// interrupted after it, and a second time a coupon would be used up, or a period begin anew.
    func intention(
        step: Int, _ call: StripeCall<Stripe.Subscription>, lookUp: LookUp<Stripe.Subscription>? = nil,
        _ job: JobContext, refusal: @escaping @Sendable (StripeError) -> Refusal = { Refusal($0) },
        then: @escaping @Sendable (borrowing Transaction<TenantScope>) throws -> Void = { _ in }
    ) -> Intention {
        guard !job.hasDone(step: step) else { return look(job) }
        return Intention(step: step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                try tx.apply(changed, Sighting(facts, because: job.cause, at: job.now), job)
                try then(tx)
                return .next(look(job))
            case .failure(let error): return .refused(refusal(error))
            }
        }
    }

    /// Another look may have begun while the change was being made, and show the subscription as it was before: only a
    /// look after it is newer than all of those. Whoever waits for the command sees the change.
    func look(_ job: JobContext, then: Then? = nil) -> Intention {
        Intention(.retrieveSubscription(stripeID)) { answer, facts, tx in
            if case .success(let found) = answer {
                try tx.apply(found, Sighting(facts, because: job.cause, at: job.now), job)
            }
            return try then?(tx) ?? .done("subscription", stripeID)
        }
    }

    /// Takes a schedule off it: with one, neither its end nor its prices can be changed. Stripe's no means that it is
    /// over by itself, and the look after it shows whether.
    func release(_ schedule: String, step: Int, _ job: JobContext, then: Then? = nil) -> Intention {
        let lookUp = LookUp<SubscriptionSchedule>(object: .retrieveSchedule(schedule)) {
            !["not_started", "active"].contains($0.status)
        }
        return Intention(step: step, .releaseSchedule(schedule), lookUp: lookUp) { _, _, _ in
            .next(look(job, then: then))
        }
    }
}
