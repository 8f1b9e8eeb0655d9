import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a saved card the one that pays: the customer's default, then that of every running subscription, which carries
/// its own. Then it starts what waited for a card (G2).
struct AdoptPaymentMethodHandler: StripeHandler {
    private enum Steps {
        static let customer = 1
        static let firstSubscription = 10
        static let firstSchedule = 10_000
    }

    func intend(_ work: AdoptPaymentMethod, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard let client = try tx.first(FindClient(work.client)), let customer = client.stripeCustomer else {
            return .finish(.refused(Refusal("not_found", "The client has no customer at Stripe.")))
        }
        return .call(
            Intention(.retrieveSetupIntent(work.setupIntent)) { answer, _, tx in
                switch answer {
                case .success(let intent):
                    guard intent.status == "succeeded", let method = intent.paymentMethod else {
                        return refuse(
                            "setup_\(intent.status)", intent.lastSetupError?.message ?? "The card was not saved.")
                    }
                    guard intent.customer == customer else {
                        return refuse("customer_mismatch", "The card was saved for another customer.")
                    }
                    return .next(setDefault(method, of: customer, work, job))
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }

    private func refuse(_ code: String, _ detail: String) -> Outcome { .refused(Refusal(code, detail)) }

    private func setDefault(
        _ method: Expandable<PaymentMethod>, of customer: String, _ work: AdoptPaymentMethod, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Customer>.setDefaultPaymentMethod(of: customer, to: method.id)
        return Intention(step: Steps.customer, call) { answer, facts, tx in
            switch answer {
            case .success(let customer):
                let sighting = Sighting(facts, because: job.cause, at: job.now)
                _ = try tx.apply(customer, sighting, job)
                tx.send(MarkSetupComplete(setupIntent: work.setupIntent))
                return .next(look(at: customer.id, with: method.id, work, job))
            case .failure(let error):
                let refusal = Refusal(error)
                tx.send(MarkSetupRefused(setupIntent: work.setupIntent, problem: refusal.json))
                return .refused(refusal)
            }
        }
    }

    /// Another look at the customer may have begun while the card was being set, and may say later that there is none:
    /// only a look after it is newer than all of those. What waits is started on the card that our row shows.
    private func look(
        at customer: String, with method: String, _ work: AdoptPaymentMethod, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveCustomer(customer)) { answer, facts, tx in
            if case .success(let customer) = answer {
                _ = try tx.apply(customer, Sighting(facts, because: job.cause, at: job.now), job)
            }
            let all = try tx.run(ListKnownSubscriptions(of: work.client))
            return try move(bearers(of: all)[...], to: method, work, job, tx)
        }
    }

    /// What has a card of its own at Stripe.
    private enum Bearer {
        case subscription(String, step: Int)
        case schedule(String, step: Int)
    }

    /// Every subscription that runs at Stripe, and the schedule that steers it: that one would bring its own card back
    /// with its next phase. A call's number is the place of its subscription among all of them, so that a call left
    /// unanswered is never taken for another subscription's.
    private func bearers(of subscriptions: [KnownSubscription]) -> [Bearer] {
        subscriptions.enumerated().flatMap { index, subscription -> [Bearer] in
            guard let stripeID = subscription.stripeSubscription, !subscription.status.isOver else { return [] }
            let schedule = subscription.steeredBy.map { Bearer.schedule($0, step: Steps.firstSchedule + index) }
            return [.subscription(stripeID, step: Steps.firstSubscription + index)] + [schedule].compactMap(\.self)
        }
    }

    /// One call for each; then what waits is started. Refused where it has ended meanwhile: there is nothing to move.
    private func move(
        _ bearers: ArraySlice<Bearer>, to method: String, _ work: AdoptPaymentMethod, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        guard let first = bearers.first else { return try startWaiting(work, job, tx) }
        let rest = bearers.dropFirst()
        switch first {
        case .subscription(_, let step) where job.hasDone(step: step),
            .schedule(_, let step) where job.hasDone(step: step):
            return try move(rest, to: method, work, job, tx)
        case .subscription(let id, let step):
            return .next(
                Intention(step: step, .setPaymentMethod(of: id, to: method)) { _, _, tx in
                    try move(rest, to: method, work, job, tx)
                })
        case .schedule(let id, let step):
            return .next(
                Intention(step: step, .setPaymentMethod(ofSchedule: id, to: method)) { _, _, tx in
                    try move(rest, to: method, work, job, tx)
                })
        }
    }

    private func startWaiting(
        _ work: AdoptPaymentMethod, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        for subscription in try tx.run(ListKnownSubscriptions(of: work.client))
        where subscription.status == .awaitingPayment || subscription.status == .incompleteExpired {
            try job.enqueue(
                StartSubscription(subscription: subscription.id, client: work.client), tx,
                target: ("subscription", subscription.id.rawValue))
        }
        return .done("setup_intent", work.setupIntent)
    }
}
