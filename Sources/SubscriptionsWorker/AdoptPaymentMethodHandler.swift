import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a saved card the one that pays: the customer's default, then that of every running subscription, which carries
/// its own. Then it starts what waited for a card (G2).
struct AdoptPaymentMethodHandler: StripeHandler {
    private static let setDefault = 1

    func intend(_ work: AdoptPaymentMethod, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard let client = try tx.first(FindClient(work.client)), let customer = client.stripeCustomer else {
            return .finish(.refused(Refusal("not_found", "The client has no customer at Stripe.")))
        }
        return .call(
            Intention(.retrieveSetupIntent(work.setupIntent)) { answer, _, tx in
                switch answer {
                case .success(let intent):
                    guard intent.status == "succeeded", let method = intent.paymentMethod?.id else {
                        return refuse(
                            "setup_\(intent.status)", intent.lastSetupError?.message ?? "The card was not saved.")
                    }
                    guard intent.customer == customer else {
                        return refuse("customer_mismatch", "The card was saved for another customer.")
                    }
                    // A later turn has the rest of the subscriptions to go through.
                    let isDefault = job.hasDone(step: Self.setDefault)
                    return .next(
                        isDefault
                            ? look(at: customer, with: method, work, job)
                            : setDefault(method, of: customer, work, job))
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }

    private func refuse(_ code: String, _ detail: String) -> Outcome { .refused(Refusal(code, detail)) }

    private func setDefault(
        _ method: String, of customer: String, _ work: AdoptPaymentMethod, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Customer>.setDefaultPaymentMethod(of: customer, to: method)
        return Intention(step: Self.setDefault, call) { answer, facts, tx in
            switch answer {
            case .success(let customer):
                let sighting = Sighting(facts, because: job.cause, at: job.now)
                _ = try tx.apply(customer, sighting, job)
                tx.send(MarkSetupComplete(setupIntent: work.setupIntent))
                return .next(look(at: customer.id, with: method, work, job))
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
            let bearers = CardBearer.all(in: try tx.run(ListKnownSubscriptions(of: work.client)))
            let round = CardRound(method: method, job: job) { adoption, tx in
                try startWaiting(adoption, work, job, tx)
            }
            return try round.outcome(of: bearers[...], tx)
        }
    }

    private func startWaiting(
        _ adoption: CardAdoption, _ work: AdoptPaymentMethod, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        for subscription in try tx.run(ListKnownSubscriptions(of: work.client))
        where subscription.status == .awaitingPayment || subscription.status == .incompleteExpired {
            try job.enqueue(
                StartSubscription(subscription: subscription.id, client: work.client), tx,
                target: ("subscription", subscription.id.rawValue))
        }
        return try .done(adoption.told(of: work.setupIntent))
    }
}
