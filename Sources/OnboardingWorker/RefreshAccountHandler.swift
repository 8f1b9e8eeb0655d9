import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Reads what Stripe says of the connected account now (C5-C7).
struct RefreshAccountHandler: StripeHandler {
    func intend(_ work: RefreshAccount, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.mode == .connect,
            state.connection.status != .disconnected, let account = state.connection.accountID
        else { return .finish(.done("refreshed", "no account yet")) }
        return .call(.refreshAccount(account, of: state.connection.id, job))
    }
}

extension Intention {
    /// Asks for the account with the platform's key; an account that no longer lets us in was disconnected by its
    /// owner. Every other refusal is about the platform and says nothing of the tenant.
    static func refreshAccount(_ account: String, of connection: Connection.ID, _ job: JobContext) -> Intention {
        Intention(.retrieveAccount(account), as: .platform, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let account):
                let snapshot = AccountSnapshot(account)
                guard let before = try tx.first(FindConnectionState(connection))?.connection else {
                    return .done("refreshed", "no connection")
                }
                tell(of: before, status(of: account), snapshot, job, tx)
                tx.send(MarkAccountRefreshed(connection, status(of: account), of: snapshot))
                // Whether it may charge or not: what it tells us of its clients must be heard.
                _ = try tx.first(ResumeConnection())
                try job.scheduleSweep(of: connection, tx)
                try job.scheduleCheck(of: connection, tx)
                try job.enqueue(ExamineConnection(connection: connection), tx)
                return .done("refreshed", "yes")
            case .failure(let error) where !error.isLockedOut && !error.isMissing:
                let failure = JobFailure(
                    code: "platform_key_refused", requestID: error.requestID,
                    message: "Stripe refuses the platform's key: \(error.message)")
                return .snooze(.seconds(60), failure)
            case .failure(let error):
                tx.announce(of: connection, "disconnected", why: "deauthorized", at: job.now)
                tx.send(MarkDeauthorized(connection, problem: Refusal(error, code: "deauthorized").json))
                return .done("refreshed", "disconnected")
            }
        }
    }

    private static func tell(
        of before: Connection, _ status: ConnectionStatus, _ account: AccountSnapshot, _ job: JobContext,
        _ tx: borrowing Transaction<TenantScope>
    ) {
        if status != before.status, status == .connected { tx.announce(of: before.id, "connected", at: job.now) }
        if before.status == .connected, status == .restricted {
            tx.announce(of: before.id, "degraded", why: "requirements", at: job.now)
        }
        if before.payoutsEnabled != account.payoutsEnabled {
            tx.announce(of: before.id, "payouts_changed", at: job.now)
        }
    }

    static func status(of account: Account) -> ConnectionStatus {
        guard account.detailsSubmitted == true else { return .onboarding }
        let isLate = !(account.requirements?.pastDue ?? []).isEmpty
        return account.chargesEnabled == true && account.payoutsEnabled == true && !isLate ? .connected : .restricted
    }
}
