import Billing
import Jobs
import Postgres
import Worker

/// Makes the webhook endpoint stand again, by wish.
struct RepairWebhookHandler: StripeHandler {
    func intend(_ work: RepairWebhook, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected
        else {
            return .finish(.refused(Refusal("disconnected", "The connection was ended meanwhile.")))
        }
        guard state.connection.mode == .secretKey, state.key != nil else {
            return .finish(.refused(Refusal("no_webhook", "This connection has no webhook endpoint of its own.")))
        }
        return .call(WebhookRegistration(state, job).next())
    }
}
