import Billing
import Daemon
import Jobs
import Postgres
import Worker

/// Says of what came in what it counts for, in lots, until nothing is left.
struct AttributeUsageHandler: StripeHandler {
    func intend(_ work: AttributeUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let done = try tx.attribute(backfill: false, job)
        if done.events > 0 {
            // For whoever committed late, and so that a silent agent's last events are not forgotten.
            let plan = AttributeUsage.sweep(after: job.now)
            try job.enqueue(AttributeUsage(), tx, dedupeKey: plan.dedupeKey, runAt: plan.runAt)
            try job.scheduleUpkeep(tx)
        }
        return done.step
    }
}

/// The same for backfills.
struct AttributeBackfillHandler: StripeHandler {
    func intend(_ work: AttributeBackfill, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let done = try tx.attribute(backfill: true, job)
        if done.events > 0 {
            let plan = AttributeBackfill.sweep(after: job.now)
            try job.enqueue(AttributeBackfill(), tx, dedupeKey: plan.dedupeKey, runAt: plan.runAt)
            try job.scheduleUpkeep(tx)
        }
        if done.hasMore {
            // Each lot is a job of its own: what comes by itself goes between them.
            try job.enqueue(AttributeBackfill(), tx)
            return .finish(.done("events", done.events))
        }
        return done.step
    }
}

/// Before a period ends and just after: what is there is attributed at once.
struct FlushUsageHandler: StripeHandler {
    func intend(_ work: FlushUsage, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        let done = try tx.attribute(backfill: false, job)
        guard !done.isBusy, !done.hasMore else { return done.step }
        // What was told afterwards is of this period too.
        return try tx.attribute(backfill: true, job).step
    }
}

extension Attribution {
    /// What the job does next.
    var step: Step {
        if isBusy {
            return .finish(.snooze(.milliseconds(500), JobFailure(code: "busy", message: "another one is at it")))
        }
        if hasMore { return .finish(.snooze(.zero, JobFailure(code: "more", message: "there is more"))) }
        return .finish(.done("events", events))
    }
}

extension Transaction where Scope == TenantScope {
    /// One lot: the rows, the jobs that send, and what the portal is told.
    func attribute(backfill: Bool, _ job: JobContext) throws -> Attribution {
        let done = try one(AttributeEvents(backfill: backfill))
        if let send = done.send { try job.enqueue(send, self) }
        for note in done.notes { tell(note, job) }
        if done.notes.contains(where: { $0.reason == LatePolicy.oneOffInvoice.rawValue }) {
            try job.scheduleLateCharges(self)
        }
        return done
    }

    /// Tells the portal of events that are not billed as they should be: once for each agent and reason of a lot.
    private func tell(_ note: Attribution.Note, _ job: JobContext) {
        announce(
            PortalEvent(
                type: "usage.\(note.status)", subject: note.agent.text,
                body: UsageNote(
                    agent: note.agent.text, reason: note.reason, events: note.events, event: note.event.text
                ).text), at: job.now)
    }
}
