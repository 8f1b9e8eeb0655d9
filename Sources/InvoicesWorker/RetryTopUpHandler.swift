import Billing
import Jobs
import Postgres
import Worker

/// Tries a failed top-up again when its pause is over.
struct RetryTopUpHandler: StripeHandler {
    func intend(_ work: RetryTopUp, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let isDue = try tx.resumeTopUp(of: work.client, at: work.at, now: job.now)
        return .finish(.done("status", isDue ? "tried again" : "no longer due"))
    }
}
