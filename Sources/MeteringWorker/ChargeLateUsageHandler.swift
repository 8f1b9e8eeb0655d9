import Billing
import Daemon
import Jobs
import Postgres
import Worker

/// Late usage of one client after the other becomes an invoice of ours; another worker makes it at Stripe.
struct ChargeLateUsageHandler: StripeHandler {
    func intend(_ work: ChargeLateUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let charged = try tx.one(ChargeNextClient(.new(at: job.now), after: work.after))
        if charged.isBusy {
            return .finish(.snooze(.milliseconds(500), JobFailure(code: "busy", message: "another one is at it")))
        }
        guard let client = charged.client else { return .finish(.done()) }
        if let invoice = charged.invoice { try job.enqueue(IssueInvoice(invoice: invoice, client: client), tx) }
        // The same client once more, who may have more or another currency; one that cannot be charged is passed by.
        try job.enqueue(ChargeLateUsage(after: charged.isStuck ? client : work.after), tx)
        return .finish(.done("invoice", charged.invoice?.text ?? "none"))
    }
}
