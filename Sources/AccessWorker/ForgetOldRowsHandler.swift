import Billing
import Jobs
import Postgres
import Worker

/// Deletes what nobody needs any more, a thousand rows of each kind at a time, and comes again every night.
struct ForgetOldRowsHandler: StripeHandler {
    /// So many rows of a kind are gone in some ten milliseconds.
    private static let batch = 1_000

    func intend(_ work: ForgetOldRows, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        try job.scheduleForgetting(tx)
        let forgotten = try tx.forget(atMost: Self.batch)
        ReconciliationFigures.record(forgotten)
        if forgotten.mayHaveMore(than: Self.batch) {
            return .finish(.snooze(.zero, JobFailure(code: "forgetting", message: "more rows are to be deleted")))
        }
        let counts = forgotten.counts.map { #""\#($0.name)":\#($0.count)"# }.joined(separator: ",")
        return .finish(.done(result: "{\(counts)}"))
    }
}
