import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a subscription true at Stripe, on the card on file. A declined card makes nothing at Stripe (F11): the
/// subscription waits for a better one.
struct StartSubscriptionHandler: StripeHandler {
    private static let start = 2

    func intend(_ work: StartSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClientForUpdate(work.client)),
            let subscription = try tx.first(FindSubscription(work.subscription)), subscription.client == client.id
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        switch subscription.status {
        case .draft, .awaitingPayment, .scheduled, .starting, .incompleteExpired: break
        case .canceled:
            return .finish(.refused(Refusal("subscription_over", "The subscription was canceled meanwhile.")))
        default: return .finish(.done("subscription", subscription.stripeSubscription ?? ""))
        }
        if subscription.startAt > job.now {
            tx.send(MarkSubscriptionScheduled(subscription.id))
            try job.enqueue(work, tx, runAt: subscription.startAt)
            return .finish(.done("scheduled", subscription.startAt.rfc3339))
        }
        guard let customer = client.stripeCustomer else { return .call(.makeCustomer(of: client, job)) }
        // Nothing is refused while a call may have taken effect: a start given up here and found later would be two.
        let isUnanswered = job.isUnanswered(step: Self.start)
        guard let card = client.card?.paymentMethod ?? (isUnanswered ? "" : nil) else {
            let refusal = Refusal("payment_method_missing", "The client has no saved card.")
            return .finish(try refuse(subscription, refusal, job, tx))
        }
        guard let items = try priced(subscription, tx) else {
            return .finish(.retry(JobFailure(code: "price_unpublished", message: "a price is not at Stripe yet")))
        }
        tx.send(MarkSubscriptionStarting(subscription.id))
        return .call(start(subscription, customer, card, items, job))
    }

    /// What is bought in Stripe's words; nil while a price is still being published.
    private func priced(
        _ subscription: Billing.Subscription, _ tx: borrowing Transaction<TenantScope>
    ) throws -> [(price: String, quantity: Int64)]? {
        var items: [(price: String, quantity: Int64)] = []
        for item in try tx.run(ListItemsOf([subscription.id])) {
            guard let price = try tx.first(FindPrice(item.price))?.stripePrice else { return nil }
            items.append((price, item.quantity))
        }
        return items
    }

    private func start(
        _ subscription: Billing.Subscription, _ customer: String, _ card: String,
        _ items: [(price: String, quantity: Int64)], _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Stripe.Subscription>.createSubscription(
            customer: customer, items: items, paymentMethod: card, metadata: job.metadata(of: subscription.id))
        // An earlier try of the same subscription may have expired at Stripe: only this command's counts.
        let lookUp = LookUp<Stripe.Subscription>(
            list: { StripeCall<List<Stripe.Subscription>>.listSubscriptions(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, subscription.id) && $0.metadata?["tg_command"] == job.command.text })
        return Intention(step: Self.start, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let started):
                try tx.apply(started, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("subscription", started.id)
            case .failure(let error):
                return try refuse(subscription, Refusal(error), job, tx)
            }
        }
    }

    private func refuse(
        _ subscription: Billing.Subscription, _ refusal: Refusal, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        tx.send(MarkSubscriptionRefused(subscription.id, problem: refusal.json))
        try tx.projectAccess(of: subscription.client, because: job.cause, at: job.now)
        return .refused(refusal)
    }
}
