import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a subscription true at Stripe, on the card on file; one that begins later as a schedule (E10). A declined card
/// makes nothing at Stripe (F11): the subscription waits for a better one.
struct StartSubscriptionHandler: StripeHandler {
    private enum Steps {
        static let start = 2
        static let schedule = 3
        static let place = 4
    }

    func intend(_ work: StartSubscription, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClientForUpdate(work.client)),
            let subscription = try tx.first(FindSubscription(work.subscription)), subscription.client == client.id
        else { return .finish(.refused(Refusal("not_found", "There is no such subscription."))) }
        // Nothing is refused while a call may have taken effect: a start given up here and found later would be two.
        let isUnanswered = job.isUnanswered(step: Steps.start) || job.isUnanswered(step: Steps.schedule)
        switch subscription.status {
        case .draft, .awaitingPayment, .starting, .incompleteExpired: break
        case .scheduled where subscription.stripeSchedule == nil || isUnanswered: break
        case .canceled:
            return .finish(.refused(Refusal("subscription_over", "The subscription was canceled meanwhile.")))
        default:
            return .finish(.done("subscription", subscription.stripeSubscription ?? subscription.stripeSchedule ?? ""))
        }
        // Its commands run in order: it was closed after this one was accepted, and nobody would end what begins now.
        guard client.accessState != .closed || isUnanswered else {
            return .finish(.refused(Refusal("client_closed", "The client was closed meanwhile.")))
        }
        // What expired is over for who sells: the same may have been sold again since.
        if subscription.status == .incompleteExpired, !isUnanswered {
            let items = try tx.run(ListItemsOf([subscription.id])).map { SubscriptionItemWish(price: $0.price) }
            let refusal = try SecondSale.refusal(of: items, to: subscription, isNew: true, tx)
            if let refusal { return .finish(.refused(refusal)) }
        }
        guard let customer = client.stripeCustomer else { return .call(.makeCustomer(of: client, job)) }
        guard let card = client.card?.paymentMethod ?? (isUnanswered ? "" : nil) else {
            let refusal = Refusal("payment_method_missing", "The client has no saved card.")
            return .finish(try refuse(subscription, refusal, job, tx))
        }
        let wishes = try tx.run(ListItemsOf([subscription.id])).map(SubscriptionItemWish.init)
        let found = try SaleTerms.find(
            wishes, coupon: subscription.coupon, paymentMethod: card, collectsTax: subscription.collectsTax,
            trialDays: subscription.trialDays, tx)
        switch found {
        case .wait(let failure): return .finish(.snooze(SaleTerms.Finding.pause, failure))
        case .refuse(let refusal) where !isUnanswered:
            return .finish(try refuse(subscription, refusal, job, tx))
        case .refuse(let refusal):
            return .finish(.retry(JobFailure(code: refusal.code, message: refusal.detail)))
        case .ready(let terms, let period):
            tx.send(MarkSubscriptionStarting(subscription.id))
            let begin = begin(subscription, customer, terms, period, job)
            guard terms.automaticTax, !isUnanswered else { return .call(begin) }
            let check = TaxCheck(
                of: client, customer: customer, step: Steps.place, then: { _ in .next(begin) },
                refused: { refusal, tx in try refuse(subscription, refusal, job, tx) })
            return .call(check.intention())
        }
    }

    /// A start that may have been sent goes on as what it was, even when its day has come since.
    private func begin(
        _ subscription: Billing.Subscription, _ customer: String, _ terms: SubscriptionTerms,
        _ period: (interval: String, count: Int64), _ job: JobContext
    ) -> Intention {
        let isLater = subscription.startAt > job.now && !job.isUnanswered(step: Steps.start)
        return isLater || job.isUnanswered(step: Steps.schedule)
            ? schedule(subscription, customer, terms, period, job) : start(subscription, customer, terms, job)
    }

    private func start(
        _ subscription: Billing.Subscription, _ customer: String, _ terms: SubscriptionTerms, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<Stripe.Subscription>.createSubscription(
            customer: customer, terms: terms, metadata: job.metadata(of: subscription.id))
        // An earlier try of the same subscription may have expired at Stripe: only this command's counts.
        let lookUp = LookUp<Stripe.Subscription>(
            list: { StripeCall<List<Stripe.Subscription>>.listSubscriptions(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, subscription.id) && $0.metadata?["tg_command"] == job.command.text })
        return Intention(step: Steps.start, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let started):
                try tx.apply(started, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("subscription", started.id)
            case .failure(let error):
                return try refuse(subscription, refusal(error), job, tx)
            }
        }
    }

    /// The schedule names no card: what it begins is paid by whichever is the client's default on that day.
    private func schedule(
        _ subscription: Billing.Subscription, _ customer: String, _ terms: SubscriptionTerms,
        _ period: (interval: String, count: Int64), _ job: JobContext
    ) -> Intention {
        var terms = terms
        terms.paymentMethod = nil
        let call = StripeCall<SubscriptionSchedule>.createSchedule(
            customer: customer, startAt: subscription.startAt.seconds, terms: terms, phase: period,
            metadata: job.metadata(of: subscription.id))
        let lookUp = LookUp<SubscriptionSchedule>(
            list: { StripeCall<List<SubscriptionSchedule>>.listSchedules(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, subscription.id) && $0.metadata?["tg_command"] == job.command.text })
        return Intention(step: Steps.schedule, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let made):
                try tx.apply(made, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("scheduled", made.id)
            case .failure(let error):
                return try refuse(subscription, refusal(error), job, tx)
            }
        }
    }

    private func refusal(_ error: StripeError) -> Refusal {
        error.param?.contains("coupon") == true ? Refusal(error, param: "coupon") : TaxPlace.refusal(error)
    }

    /// It waits for what was wrong to be mended. A client whose very first subscription did not start has paid nothing
    /// yet, card or not: it waits at the door (E14).
    private func refuse(
        _ subscription: Billing.Subscription, _ refusal: Refusal, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        tx.send(MarkSubscriptionRefused(subscription.id, problem: refusal.json))
        let known = try tx.run(ListKnownSubscriptions(of: subscription.client))
        let isFirst = known.allSatisfy { $0.status.isWaitingForPayment || $0.id == subscription.id }
        if isFirst, try tx.one(FindTenantRules()).requiresCard {
            try tx.awaitPayment(of: subscription.client, for: subscription.id, because: job.cause, at: job.now)
        }
        try tx.projectAccess(of: subscription.client, because: job.cause, at: job.now)
        return .refused(refusal)
    }
}
