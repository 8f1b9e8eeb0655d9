import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Asks Stripe whether the key still works and the endpoint still stands. A key that was refused is asked every five
/// minutes, and what waited for it runs on as soon as it works.
struct CheckConnectionHandler: StripeHandler {
    func intend(_ work: CheckConnection, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected
        else { return .finish(.done("checked", "no connection")) }
        if state.connection.mode == .connect {
            guard let account = state.connection.accountID else { return .finish(.done("checked", "no account yet")) }
            return .call(.refreshAccount(account, of: state.connection.id, job))
        }
        guard let key = state.key else { return .finish(.done("checked", "no key")) }
        return .call(checkKey(key, state, job))
    }

    private func checkKey(_ key: SealedSecret.ID, _ state: ConnectionState, _ job: JobContext) -> Intention {
        Intention(.retrieveOwnAccount(), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            // Another key was proven while we asked with the old one.
            guard let now = try tx.first(FindConnectionState(state.connection.id)), now.key == key else {
                return .again
            }
            switch answer {
            case .success(let account):
                return try works(AccountSnapshot(account), now, job, tx)
            case .failure(let error) where error.status == 403:
                return try works(AccountSnapshot(), now, job, tx)
            case .failure(let error):
                let refusal = Refusal(error, code: error.code ?? "api_key_invalid")
                if try tx.first(MarkKeyRefused(problem: refusal.json)) != nil {
                    tx.announce(of: now.connection.id, "invalid", why: "key_refused", at: job.now)
                }
                try job.scheduleProbe(of: now.connection.id, tx)
                return .done("key", "refused")
            }
        }
    }

    private func works(
        _ account: AccountSnapshot, _ state: ConnectionState, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let id = state.connection.id
        if let known = state.connection.accountID, let found = account.id, known != found {
            let refusal = Refusal("account_mismatch", "The key belongs to the account \(found), not to \(known).")
            _ = try tx.first(MarkKeyRefused(problem: refusal.json))
            return .refused(refusal)
        }
        tx.send(MarkKeyChecked(id, of: account))
        if state.connection.status == .invalid { tx.announce(of: id, "connected", at: job.now) }
        _ = try tx.first(ResumeConnection())
        try job.scheduleCheck(of: id, tx)
        try job.scheduleSweep(of: id, tx)
        try job.enqueue(ExamineConnection(connection: id), tx)
        guard let endpoint = state.connection.webhookEndpointID, let secret = state.webhookSecret else {
            return .done("key", "works")
        }
        return .next(checkEndpoint(endpoint, secret, state, job))
    }

    private func checkEndpoint(
        _ endpoint: String, _ secret: SealedSecret.ID, _ state: ConnectionState, _ job: JobContext
    ) -> Intention {
        let id = state.connection.id
        return Intention(.retrieveWebhookEndpoint(endpoint), as: .activeKey, seesRefusedKeys: true) { answer, _, tx in
            // Another one was made while we asked for this.
            guard let now = try tx.first(FindConnectionState(id)), now.connection.webhookEndpointID == endpoint else {
                return .done("webhook", "changed")
            }
            switch answer {
            case .success(let found) where found.status == "enabled":
                let used = state.connection.webhookEndpointsUsed ?? 1
                tx.send(MarkWebhookRegistered(id, endpoint: endpoint, secret: secret, used: used))
                try tx.settleHealth(at: job.now)
                return .done("webhook", "registered")
            case .success:
                let problem = Refusal("webhook_disabled", "Stripe no longer sends to the webhook endpoint; repair it.")
                tx.send(MarkWebhookTrouble(id, .disabled, problem: problem.json))
                if now.connection.status != .degraded { tx.announce(of: id, "degraded", why: "webhook", at: job.now) }
                return .done("webhook", "disabled")
            case .failure(let error) where error.isMissing:
                let problem = Refusal("webhook_missing", "The webhook endpoint was deleted at Stripe; repair it.")
                tx.send(MarkWebhookTrouble(id, .missing, problem: problem.json))
                if now.connection.status != .degraded { tx.announce(of: id, "degraded", why: "webhook", at: job.now) }
                return .done("webhook", "missing")
            case .failure:
                return .done("webhook", "unknown")
            }
        }
    }
}
