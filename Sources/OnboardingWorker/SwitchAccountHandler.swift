import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Lets a pasted key of another account take over, after the caller named that account. Without a name it only tells
/// what would be orphaned.
struct SwitchAccountHandler: StripeHandler {
    func intend(_ work: SwitchAccount, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)) else {
            return .finish(.refused(Refusal("payment_processor_missing", "There is no connection.")))
        }
        if state.key == work.secret { return .call(WebhookRegistration(state, job).next()) }
        return .call(prove(work, state, job))
    }

    private func prove(_ work: SwitchAccount, _ state: ConnectionState, _ job: JobContext) -> Intention {
        Intention(.retrieveOwnAccount(), as: .candidate(work.secret), seesRefusedKeys: true) { answer, _, tx in
            guard case .success(let account) = answer else { return refuse(answer, work, tx) }
            if account.id == state.connection.accountID {
                let detail = "The key belongs to the connected account itself: use roll_key, or move."
                return drop(work, Refusal("same_account", detail), tx)
            }
            guard let named = work.account else {
                tx.send(MarkSecretRetired(work.secret))
                let orphans = try tx.run(ListOrphans())
                return try OrphanReport(
                    from: state.connection.accountID, to: account.id, mode: "secret_key", leaving: orphans
                ).outcome
            }
            guard named == account.id else {
                let detail = "The key belongs to \(account.id), not to \(named). Nothing was changed."
                return drop(work, Refusal("account_mismatch", detail), tx)
            }
            return .next(proveMode(work, AccountSnapshot(account), state, job))
        }
    }

    private func proveMode(
        _ work: SwitchAccount, _ account: AccountSnapshot, _ state: ConnectionState, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveBalance(), as: .candidate(work.secret), seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let balance) where balance.livemode != state.livemode:
                let detail = "The key is a \(balance.livemode ? "live" : "test") key."
                return drop(work, Refusal("livemode_mismatch", detail), tx)
            case .failure(let error) where error.status != 403: return drop(work, Refusal(error), tx)
            case .success, .failure:
                guard state.connection.mode == .secretKey, state.key != nil else {
                    return try take(work, account, state, job, tx)
                }
                let removal = HookRemoval(state: state, job: job) { tx in try take(work, account, state, job, tx) }
                return try removal.begin(tx)
            }
        }
    }

    /// One transaction: what was ours in the old account is written down and let go, and the new one is ours.
    private func take(
        _ work: SwitchAccount, _ account: AccountSnapshot, _ state: ConnectionState, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let report = try tx.one(FindConnectionReport())
        if let old = state.connection.accountID {
            tx.send(InsertOrphans(account: old, command: job.command.rawValue))
        }
        tx.send(MarkOpenCallsLeft(account: state.connection.accountID))
        tx.send(MarkClientsOrphaned())
        tx.send(MarkSubscriptionsOrphaned())
        tx.send(MarkPricesOrphaned())
        for meter in try tx.run(MarkMetersOrphaned()) { try job.enqueue(PublishMeter(meter: meter, wish: .make), tx) }
        for coupon in try tx.run(MarkCouponsOrphaned()) { try job.enqueue(PublishCoupon(coupon: coupon), tx) }
        let sold = try tx.run(MarkProductsOrphaned())
        for secret in [state.key, state.candidate, state.webhookSecret, report.meterHookSecret] {
            if let secret, secret != work.secret { tx.send(MarkSecretRetired(secret)) }
        }
        tx.send(DeleteKeyPermissions())
        tx.send(MarkAccountSwitched(work.connection, key: work.secret, of: account))
        for product in sold { try job.enqueue(PublishProduct(product: product), tx) }
        return .again
    }

    private func refuse<Answer>(
        _ answer: Result<Answer, StripeError>, _ work: SwitchAccount, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        guard case .failure(let error) = answer else { return .again }
        let code = error.status == 403 ? "permission_missing" : error.code ?? "api_key_invalid"
        return drop(work, Refusal(error, code: code), tx)
    }

    private func drop(
        _ work: SwitchAccount, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>
    ) -> Outcome {
        tx.send(MarkSecretRetired(work.secret))
        return .refused(refusal)
    }
}
