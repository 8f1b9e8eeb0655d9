import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Collects a finalized invoice, mails it, or takes it back.
struct SettleInvoiceHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: SettleInvoice, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClient(work.client)), let invoice = try tx.first(FindInvoice(work.invoice)),
            invoice.client == client.id, let id = invoice.stripeInvoice
        else { return .finish(.refused(Refusal("not_found", "There is no such invoice at Stripe."))) }
        let isUnanswered = job.isUnanswered(step: Self.step)
        switch (work.way, invoice.status) {
        case (.pay, .paid), (.void, .void): return .finish(.done("status", invoice.status.rawValue))
        case (_, .open), (.pay, .uncollectible), (.void, .uncollectible): break
        case _ where isUnanswered: break
        default:
            return .finish(.refused(Refusal("invoice_not_open", "The invoice is \(invoice.status.rawValue).")))
        }
        switch work.way {
        case .pay:
            guard let card = client.card?.paymentMethod ?? (isUnanswered ? "" : nil) else {
                return .finish(.refused(Refusal("no_payment_method", "The client has no saved card to charge.")))
            }
            return .call(call(.payInvoice(id, paymentMethod: card), id, until: "paid", work, job))
        case .void: return .call(call(.voidInvoice(id), id, until: "void", work, job))
        // Stripe does not say whether it mailed: after a day without an answer a second mail is the lesser evil.
        case .send: return .call(call(.sendInvoice(id), id, until: nil, work, job))
        }
    }

    private func call(
        _ call: StripeCall<Stripe.Invoice>, _ id: String, until status: String?, _ work: SettleInvoice,
        _ job: JobContext
    ) -> Intention {
        let lookUp = status.map { status in
            LookUp<Stripe.Invoice>(object: .retrieveInvoice(id)) { $0.status == status }
        }
        return Intention(step: Self.step, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let changed):
                try tx.apply(changed, Sighting(facts, because: job.cause, at: job.now), job)
                if work.way == .send { tx.send(MarkInvoiceSent(work.invoice)) }
                return try .mirrored(changed, as: work.invoice, job, tx)
            case .failure(let error): return .next(look(id, after: Refusal(error), until: status, work, job))
            }
        }
    }

    /// Stripe's no may mean that it was done already, in its dashboard or on the invoice's page.
    private func look(
        _ id: String, after refusal: Refusal, until status: String?, _ work: SettleInvoice, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveInvoice(id)) { answer, facts, tx in
            guard case .success(let found) = answer else { return .refused(refusal) }
            try tx.apply(found, Sighting(facts, because: job.cause, at: job.now), job)
            if let status, found.status == status { return .done("status", status) }
            tx.send(MarkInvoiceRefused(work.invoice, problem: refusal.json, isIssued: true))
            return .refused(refusal)
        }
    }
}
