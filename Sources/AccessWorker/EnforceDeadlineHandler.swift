import Billing
import Jobs
import Postgres
import Worker

/// The grace after a failed payment is over. The decision is made anew from the rows: a payment since, or a deadline
/// that moved, simply finds nothing to do.
struct EnforceDeadlineHandler: StripeHandler {
    func intend(_ work: EnforceDeadline, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let holds = try tx.run(ListHolds(of: work.client))
        guard let hold = holds.first(where: { $0.id == work.hold }), hold.isOpen,
            hold.deadline == work.deadline || hold.expiresAt == work.deadline
        else {
            return .finish(.done("deadline", "passed by"))
        }
        let cause = AccessCause(.deadline, work.hold.text)
        // The queue's clock says that it is due; ours may be behind it, and nobody would look again.
        let now = max(job.now, work.deadline)
        let change = try tx.projectAccess(of: work.client, because: cause, at: now)
        return .finish(.done("access", change?.to.rawValue ?? "unchanged"))
    }
}
