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
        announce(of: connection, "invalid", why: "key_refused", at: job.now)
        if case .platform = key {
            // The account's owner ended the link, as far as this call tells: asked at once, in the queue that nothing
            // stops, since the event that tells of it may wait behind lanes that stand still now.
            try job.enqueue(RefreshAccount(connection: connection), self)
        }
        try job.scheduleProbe(of: connection, self)
    }

    /// The tenant's key works and lacks a permission: the connection is degraded by it, and names it.
    func lackPermission(_ error: StripeError, by key: Route.Key, _ job: JobContext, for kind: String) throws {
        let secret: SealedSecret.ID? = if case .tenant(let sealed) = key { sealed.id } else { nil }
        let word = KeyPermission.word(in: error.message)
        let resource = word.flatMap(KeyPermission.resource) ?? "other"
        let purpose = KeyPermission.needed.first { $0.name == resource }?.neededFor
        send(
            MarkPermissionDenied(
                resource: resource, neededFor: purpose ?? "for the command \(kind)", word: word,
                detail: error.message, key: secret))
        try settleHealth(at: job.now)
        WorkerObservation.keyRefused(tenant: job.tenant, status: error.status, requestID: error.requestID).report()
    }
}
