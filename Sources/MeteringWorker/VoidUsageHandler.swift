import Billing
import Daemon
import Jobs
import Postgres
import Worker

/// Takes an event back; the rows decide how.
struct VoidUsageHandler: StripeHandler {
    func intend(_ work: VoidUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let done = try tx.one(VoidEvent(work.event))
        if done.isBusy { return done.step }
        switch done.outcome {
        case "missing": return .finish(.refused(Refusal("not_found", "There is no such event.")))
        case "billed":
            return .finish(.refused(Refusal("usage_billed", "It is billed already. Give it back by a credit note.")))
        default: return .finish(.done("event", done.outcome ?? "voided"))
        }
    }
}

/// Puts what was not metered back before attribution, and has it looked at at once.
struct ReattributeUsageHandler: StripeHandler {
    func intend(_ work: ReattributeUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let reopened = try tx.one(ReopenEvents(agent: work.agent, reason: work.reason, after: work.after))
        if reopened.isBusy { return reopened.step }
        if reopened.events > 0 {
            // In this transaction the lock is ours: the first lot at once, what is left by the usual way.
            let done = try tx.attribute(backfill: false, job)
            if done.hasMore { try job.enqueue(AttributeUsage(), tx) }
        }
        if let last = reopened.last {
            try job.enqueue(ReattributeUsage(agent: work.agent, reason: work.reason, after: last), tx)
        }
        return .finish(.done("events", reopened.events))
    }
}
