import Billing
import Jobs
import Postgres
import Worker

/// Gives credits back whose hold nobody ended in time.
struct ExpireCreditHoldHandler: StripeHandler {
    func intend(_ work: ExpireCreditHold, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let hold = try tx.first(FindCreditHold(work.hold)), hold.status == .open else {
            return .finish(.done("status", "ended before"))
        }
        _ = try tx.endHold(hold, .expired, because: job.cause, at: job.now)
        return .finish(.done("status", "expired"))
    }
}
