import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Takes a planned end back, pauses the collection of bills, or goes on with it.
struct SteerSubscriptionHandler: StripeHandler {
    private static let step = 1

    func intend(
        _ work: SteerSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            return .finish(.refused(RunningSubscription.notRunning))
        }
        let id = target.stripeID
        let call: StripeCall<Stripe.Subscription> =
            switch work.turn {
            case .uncancel: .setCancelAtPeriodEnd(id, false)
            case .pause: .setPause(of: id, behavior: (work.behavior ?? .void).rawValue, resumesAt: work.resumesAt)
            case .resume: .setPause(of: id, behavior: nil, resumesAt: nil)
            }
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(id)) { found in
            switch work.turn {
            case .uncancel: !found.cancelAtPeriodEnd
            case .pause:
                found.pauseCollection?.behavior == (work.behavior ?? .void).rawValue
                    && found.pauseCollection?.resumesAt == work.resumesAt
            case .resume: found.pauseCollection == nil
            }
        }
        return .call(target.intention(step: Self.step, call, lookUp: lookUp, job))
    }
}
