import Billing
import Jobs
import Postgres
import Stripe
import Worker

extension Outcome {
    /// What follows an invoice that was changed and mirrored. Another look may have begun while it was being changed,
    /// and show it as it was before: then only a look after it is newer than all of those. Whoever waits for the
    /// command sees the change.
    static func mirrored(
        _ object: Stripe.Invoice, as id: Billing.Invoice.ID, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let over = Outcome.done("status", object.status ?? "")
        guard try tx.first(FindInvoice(id))?.status.rawValue != object.status else { return over }
        return .next(
            Intention(.retrieveInvoice(object.id)) { answer, facts, tx in
                guard case .success(let found) = answer else { return over }
                try tx.apply(found, Sighting(facts, because: job.cause, at: job.now), job)
                return .done("status", found.status ?? "")
            })
    }
}
