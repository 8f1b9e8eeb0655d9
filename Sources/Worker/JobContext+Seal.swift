public import Billing
internal import Crypto
internal import Daemon
public import Jobs
public import Postgres

extension JobContext {
    /// Puts a webhook's signing secret away for the API, which alone can open it again.
    public func keepWebhookSecret(_ text: String, _ tx: borrowing Transaction<TenantScope>) throws -> SealedSecret.ID {
        let id = SealedSecret.ID.new(at: now)
        let key = surroundings.webhookSealingKey
        let binding = SealedSecret.binding(tenant: tenant, purpose: .stripeWebhook, row: id)
        let envelope = try key.seal(Secret(text), boundTo: binding)
        tx.send(InsertWebhookSecret(id, keyID: key.id, envelope: envelope))
        return id
    }
}
