import Billing
import Jobs
import Postgres
import Worker

/// Takes a schedule off a subscription: one that has done its work, or whose plan is taken back.
struct ReleaseScheduleHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: ReleaseSchedule, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let target = try RunningSubscription(work.subscription, of: work.client, tx) else {
            return .finish(.done("schedule", "over with its subscription"))
        }
        // Another change was planned on it since: the next period's event lets it go.
        let hasPlan = target.subscription.pendingChange != nil && target.subscription.steeredBy == work.schedule
        if work.isSpent == true, hasPlan, !job.isUnanswered(step: Self.step) {
            return .finish(.done("schedule", "steers another change"))
        }
        return .call(target.release(work.schedule, step: Self.step, job))
    }
}
