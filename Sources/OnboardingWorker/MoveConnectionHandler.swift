import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Changes how the same account is reached. Nothing at Stripe but our own webhook endpoint is touched, and no client.
struct MoveConnectionHandler: StripeHandler {
    func intend(_ work: MoveConnection, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)),
            let account = state.connection.accountID
        else {
            return .finish(.refused(Refusal("payment_processor_missing", "There is no account to keep.")))
        }
        if let secret = work.secret, state.key == secret { return .call(WebhookRegistration(state, job).next()) }
        if !work.isDryRun, try tx.one(CountOpenCalls()) > 0 {
            // A call goes out again as it went out first, or nobody learns what became of it.
            return .finish(
                .snooze(job.patience, JobFailure(code: "calls_open", message: "calls to Stripe are unanswered yet")))
        }
        guard work.to == Connection.Mode.connect.rawValue else {
            guard let secret = work.secret else {
                return .finish(.refused(Refusal("parameter_missing", "A key of the account is needed.")))
            }
            return .call(toKey(secret, work, state, account))
        }
        return .call(toConnect(work, state, account, job))
    }

    private func toKey(
        _ secret: SealedSecret.ID, _ work: MoveConnection, _ state: ConnectionState, _ account: String
    ) -> Intention {
        Intention(.retrieveOwnAccount(), as: .candidate(secret), seesRefusedKeys: true) { answer, _, tx in
            let obstacle: Refusal?
            var found: String?
            switch answer {
            case .success(let own):
                found = own.id
                obstacle =
                    own.id == account
                    ? nil
                    : Refusal(
                        "account_mismatch",
                        "The key belongs to \(own.id), not to \(account). To change the account itself use "
                            + "switch_account.")
            case .failure(let error): obstacle = Refusal(error, code: error.code ?? "api_key_invalid")
            }
            if work.isDryRun || obstacle != nil { tx.send(MarkSecretRetired(secret)) }
            if work.isDryRun { return try tell(state, to: found, work, obstacle, tx) }
            if let obstacle { return .refused(obstacle) }
            for old in [state.key, state.candidate] { if let old, old != secret { tx.send(MarkSecretRetired(old)) } }
            tx.send(DeleteKeyPermissions())
            tx.send(MarkMovedToKey(work.connection, key: secret))
            _ = try tx.first(ResumeConnection())
            return .again
        }
    }

    private func toConnect(
        _ work: MoveConnection, _ state: ConnectionState, _ account: String, _ job: JobContext
    ) -> Intention {
        Intention(.retrieveAccount(account), as: .platform, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let found):
                if try tx.one(FindAccountTaken(account)) {
                    let refusal = Refusal.accountTaken(account)
                    return work.isDryRun ? try tell(state, to: nil, work, refusal, tx) : .refused(refusal)
                }
                if work.isDryRun { return try tell(state, to: found.id, work, nil, tx) }
                if state.connection.mode == .connect { return .done("moved", "already") }
                guard state.key != nil else { return try flip(work, found, state, job, tx) }
                return try HookRemoval(state: state, job: job) { tx in try flip(work, found, state, job, tx) }.begin(tx)
            case .failure(let error) where error.isLockedOut || error.isMissing:
                let detail =
                    "The account \(account) is not connected to the platform. Its owner must connect it there first."
                let refusal = Refusal(error, code: "account_not_connected", detail: detail)
                return work.isDryRun ? try tell(state, to: nil, work, refusal, tx) : .refused(refusal)
            case .failure(let error):
                return .snooze(
                    .seconds(60),
                    JobFailure(
                        code: "platform_key_refused", requestID: error.requestID,
                        message: "Stripe refuses the platform's key: \(error.message)"))
            }
        }
    }

    private func flip(
        _ work: MoveConnection, _ account: Account, _ state: ConnectionState, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        let report = try tx.one(FindConnectionReport())
        for secret in [state.key, state.candidate, state.webhookSecret, report.meterHookSecret] {
            if let secret { tx.send(MarkSecretRetired(secret)) }
        }
        tx.send(DeleteKeyPermissions())
        tx.send(MarkMovedToConnect(work.connection))
        tx.send(
            MarkAccountRefreshed(work.connection, Intention.status(of: account), of: AccountSnapshot(account)))
        _ = try tx.first(ResumeConnection())
        try job.scheduleSweep(of: work.connection, tx)
        try job.scheduleCheck(of: work.connection, tx)
        try job.enqueue(ExamineConnection(connection: work.connection), tx)
        return .done("moved", "yes")
    }

    private func tell(
        _ state: ConnectionState, to account: String?, _ work: MoveConnection, _ obstacle: Refusal?,
        _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        try OrphanReport(
            from: state.connection.accountID, to: account, mode: work.to, obstacle: obstacle?.detail,
            leaving: try tx.run(ListOrphans())
        ).outcome
    }
}
