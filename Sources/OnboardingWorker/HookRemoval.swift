import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// What we made stand in an account goes before its key does, as far as the key still allows: the destination of
/// meters' error reports, then the webhook endpoint. Whatever Stripe says, the change goes on.
struct HookRemoval: Sendable {
    private enum Steps {
        static let endpoint = 1
        static let meterHook = 2
    }

    /// What the change does then.
    typealias Rest = @Sendable (borrowing Transaction<TenantScope>) throws -> Outcome

    /// The connection as it stands.
    let state: ConnectionState
    /// The change.
    let job: JobContext
    /// What it does when nothing of ours stands there any more.
    let rest: Rest

    /// The first of what is still there, or the rest of the change.
    func begin(_ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard let hook = try tx.one(FindConnectionReport()).meterHookID, !job.isAnswered(step: Steps.meterHook) else {
            return try removeEndpoint(tx)
        }
        return .next(
            Intention(step: Steps.meterHook, .deleteEventDestination(hook), as: .activeKey, seesRefusedKeys: true) {
                _, _, tx in try removeEndpoint(tx)
            })
    }

    private func removeEndpoint(_ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        guard let endpoint = state.connection.webhookEndpointID, !job.isAnswered(step: Steps.endpoint) else {
            return try rest(tx)
        }
        return .next(
            Intention(step: Steps.endpoint, .deleteWebhookEndpoint(endpoint), as: .activeKey, seesRefusedKeys: true) {
                _, _, tx in try rest(tx)
            })
    }
}
