import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Takes our endpoint away from the tenant's account, as far as the key still allows, and forgets the key.
struct DisconnectConnectionHandler: StripeHandler {
    func intend(
        _ work: DisconnectConnection, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status == .disconnected
        else { return .finish(.done("disconnected", "no: it was connected again")) }
        guard state.connection.mode == .secretKey, state.key != nil else { return .finish(try forget(state, tx)) }
        if let endpoint = state.connection.webhookEndpointID, !job.isAnswered(step: 1) {
            return .call(
                Intention(step: 1, .deleteWebhookEndpoint(endpoint), as: .activeKey, seesRefusedKeys: true) { _, _, _ in
                    .again
                })
        }
        if let hook = try tx.one(FindConnectionReport()).meterHookID, !job.isAnswered(step: 2) {
            return .call(
                Intention(step: 2, .deleteEventDestination(hook), as: .activeKey, seesRefusedKeys: true) { _, _, _ in
                    .again
                })
        }
        return .finish(try forget(state, tx))
    }

    private func forget(_ state: ConnectionState, _ tx: borrowing Transaction<TenantScope>) throws -> Outcome {
        if let secret = try tx.one(FindConnectionReport()).meterHookSecret { tx.send(MarkSecretRetired(secret)) }
        tx.send(MarkMeterHookGone())
        tx.send(DeleteKeyPermissions())
        for key in [state.key, state.candidate] { if let key { tx.send(MarkSecretRetired(key)) } }
        if let secret = state.webhookSecret { tx.send(MarkSecretRetired(secret)) }
        tx.send(MarkWebhookGone(state.connection.id))
        tx.send(MarkKeyForgotten(state.connection.id))
        return .done("disconnected", "yes")
    }
}
