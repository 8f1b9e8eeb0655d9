import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Has Stripe add tax to a running subscription (K2), or no longer (K5).
struct SetSubscriptionTaxHandler: StripeHandler {
    private enum Steps {
        static let place = 1
        static let tax = 2
    }

    func intend(
        _ work: SetSubscriptionTax, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx),
            let customer = target.client.stripeCustomer
        else { return .finish(.refused(RunningSubscription.notRunning)) }
        if target.subscription.pendingChange != nil, !job.isUnanswered(step: Steps.tax) {
            return .finish(.refused(RunningSubscription.changePending))
        }
        let isEnabled = work.isEnabled
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(target.stripeID)) {
            $0.automaticTax?.enabled == isEnabled
        }
        let set = target.intention(
            step: Steps.tax, .setAutomaticTax(of: target.stripeID, isEnabled), lookUp: lookUp, job,
            refusal: { TaxPlace.refusal($0) })
        guard isEnabled, !job.isUnanswered(step: Steps.tax), !job.hasDone(step: Steps.tax) else { return .call(set) }
        let check = TaxCheck(
            of: target.client, customer: customer, step: Steps.place, then: { _ in .next(set) },
            refused: { refusal, _ in .refused(refusal) })
        return .call(check.intention(hasNewPlace: work.hasLocation))
    }
}
