internal import Billing
internal import Jobs
internal import Postgres
internal import Stripe

extension Transaction where Scope == TenantScope {
    /// Stripe refuses the tenant's key. The first to notice marks the connection and has it asked again later; the jobs
    /// themselves stay where they are, since the queue stops the tenant's lanes.
    func refuseKey(_ error: StripeError, _ job: JobContext) throws {
        let refusal = Refusal(
            error, code: error.code ?? (error.status == 401 ? "api_key_invalid" : "permission_missing"))
        guard let connection = try first(MarkKeyRefused(problem: refusal.json)) else { return }
        WorkerObservation.keyRefused(tenant: job.tenant, status: error.status, requestID: error.requestID).report()
        try job.scheduleProbe(of: connection, self)
    }
}
