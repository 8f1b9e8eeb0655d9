import Billing
import Jobs
import Postgres
import Worker

/// Begins the night's walk, unless one runs.
struct ReconcileNightlyHandler: StripeHandler {
    func intend(_ work: ReconcileNightly, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let connection = try tx.first(FindConnection()), connection.id == work.connection,
            ![.invalid, .disconnected].contains(connection.status)
        else { return .finish(.done("begun", "no: not connected")) }
        let walk = Reconciliation.ID.new(at: job.now)
        guard try tx.begin(walk, .night) else { return .finish(.done("begun", "no: one runs")) }
        try job.enqueue(Reconcile(reconciliation: walk), tx, target: ("reconciliation", walk.rawValue))
        return .finish(.done("begun", walk.text))
    }
}
