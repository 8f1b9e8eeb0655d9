import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Ends what a client still pays for, then the client. A paying ghost is never left: it is closed only when nothing of
/// it runs any more.
struct CloseClientHandler: StripeHandler {
    /// Steps are numbered by the place of the thing among all of the client's, so that a second run names the same.
    private static let invoiceSteps = 10_000

    func intend(_ work: CloseClient, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClientForUpdate(work.client)) else {
            return .finish(.refused(Refusal("not_found", "There is no such client.")))
        }
        guard client.accessState != .closed else { return .finish(.done("client", "closed")) }
        let running = try tx.run(ListRunningSubscriptions(of: client.id))
        if let next = running.first(where: { $0.stripeID != nil }), let stripeID = next.stripeID {
            return .call(cancel(stripeID, step: next.number, job))
        }
        // One with a schedule at Stripe would begin all the same: its own cancellation, which stands before us, ends
        // it.
        for subscription in running where try tx.first(FindSubscription(subscription.id))?.stripeSchedule == nil {
            tx.send(MarkSubscriptionDropped(subscription.id))
        }
        guard try tx.run(ListRunningSubscriptions(of: client.id)).isEmpty else {
            return .finish(.retry(JobFailure(code: "still_running", message: "a subscription has not ended yet")))
        }
        if work.voidsInvoices, let open = try tx.first(ListOpenInvoices(of: client.id)) {
            return .call(void(open.stripeID, step: Self.invoiceSteps + open.number, job))
        }
        try tx.closeClient(client.id, because: job.cause, at: job.now)
        return .finish(.done("client", "closed"))
    }

    private func cancel(_ id: String, step: Int, _ job: JobContext) -> Intention {
        let lookUp = LookUp<Stripe.Subscription>(object: .retrieveSubscription(id)) { $0.status == "canceled" }
        return Intention(step: step, .cancelSubscription(id), lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let subscription):
                try tx.apply(subscription, Sighting(facts, because: job.cause, at: job.now), job)
                return .again
            case .failure(let error) where error.isMissing: return .next(look(id, job))
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }

    /// It ended by itself meanwhile.
    private func look(_ id: String, _ job: JobContext) -> Intention {
        Intention(.retrieveSubscription(id)) { answer, facts, tx in
            guard case .success(let subscription) = answer else {
                return .retry(JobFailure(code: "subscription_unseen", message: "Stripe does not show the subscription"))
            }
            try tx.apply(subscription, Sighting(facts, because: job.cause, at: job.now), job)
            guard ["canceled", "incomplete_expired"].contains(subscription.status) else {
                return .retry(JobFailure(code: "still_running", message: "Stripe still shows it running"))
            }
            return .again
        }
    }

    private func void(_ id: String, step: Int, _ job: JobContext) -> Intention {
        let lookUp = LookUp<Stripe.Invoice>(object: .retrieveInvoice(id)) { $0.status == "void" }
        return Intention(step: step, .voidInvoice(id), lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let invoice):
                try tx.apply(invoice, Sighting(facts, because: job.cause, at: job.now), job)
                return .again
            case .failure: return .next(lookAt(id, job))
            }
        }
    }

    /// It was paid meanwhile, or Stripe keeps it for a reason of its own.
    private func lookAt(_ id: String, _ job: JobContext) -> Intention {
        Intention(.retrieveInvoice(id)) { answer, facts, tx in
            switch answer {
            case .success(let invoice):
                try tx.apply(invoice, Sighting(facts, because: job.cause, at: job.now), job)
                guard invoice.status != "open", invoice.status != "uncollectible" else {
                    return .refused(Refusal("invoice_not_voidable", "Stripe does not void the invoice \(id)."))
                }
                return .again
            case .failure(let error): return .refused(Refusal(error))
            }
        }
    }
}
