internal import Billing
internal import Jobs
internal import Postgres
internal import Stripe

extension Transaction where Scope == TenantScope {
    /// Stripe refuses the tenant's key. The first to notice marks the connection and has it asked again later; the jobs
    /// themselves stay where they are, since the queue stops the tenant's lanes.
    func refuseKey(_ error: StripeError, by key: Route.Key, _ job: JobContext) throws {
        let refusal = Refusal(
            error, code: error.code ?? (error.status == 401 ? "api_key_invalid" : "permission_missing"))
        // A call may come back refused when its key was replaced long since: that says nothing of the new one.
        let secret: SealedSecret.ID? = if case .tenant(let sealed) = key { sealed.id } else { nil }
        guard let connection = try first(MarkKeyRefused(problem: refusal.json, key: secret)) else { return }
        WorkerObservation.keyRefused(tenant: job.tenant, status: error.status, requestID: error.requestID).report()
        try job.scheduleProbe(of: connection, self)
    }
}
