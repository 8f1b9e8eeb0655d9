import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes the tenant's connected account, once, then a door into its onboarding.
struct OnboardAccountHandler: StripeHandler {
    func intend(_ work: OnboardAccount, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected
        else { return .finish(.refused(Refusal("disconnected", "The connection was ended meanwhile."))) }
        guard let account = state.connection.accountID else { return .call(makeAccount(work, job)) }
        if try tx.one(FindConnectionReport()).accountVia == "secret_key" { return .call(ask(account, work)) }
        return .call(.makeOnboardingLink(to: account, back: work.returnURL, again: work.refreshURL))
    }

    /// The account was reached by its own key before. The platform may know it too; else the clients in it stand in the
    /// way of another one, and without clients it is forgotten.
    private func ask(_ account: String, _ work: OnboardAccount) -> Intention {
        Intention(.retrieveAccount(account), as: .platform, seesRefusedKeys: true) { answer, _, tx in
            switch answer {
            case .success(let found):
                if try tx.one(FindAccountTaken(account)) {
                    let refusal = Refusal.accountTaken(account)
                    tx.send(MarkStillDisconnected(work.connection, problem: refusal.json))
                    return .refused(refusal)
                }
                tx.send(
                    MarkAccountRefreshed(work.connection, Intention.status(of: found), of: AccountSnapshot(found)))
                return .again
            case .failure(let error) where !error.isLockedOut && !error.isMissing:
                return .snooze(
                    .seconds(60),
                    JobFailure(
                        code: "platform_key_refused", requestID: error.requestID,
                        message: "Stripe refuses the platform's key: \(error.message)"))
            case .failure(let error):
                guard try tx.run(ListOrphans()).isEmpty else {
                    let detail =
                        "Clients and products live in \(account), which is not connected to the platform. Paste its "
                        + "key again, or have its owner connect it and move."
                    let refusal = Refusal(error, code: "account_not_connected", detail: detail)
                    tx.send(MarkStillDisconnected(work.connection, problem: refusal.json))
                    return .refused(refusal)
                }
                tx.send(MarkAccountForgotten(work.connection))
                return .again
            }
        }
    }

    private func makeAccount(_ work: OnboardAccount, _ job: JobContext) -> Intention {
        let call = StripeCall<Account>.createAccount(
            country: work.country, email: work.email, metadata: job.metadata(of: work.connection))
        let lookUp = LookUp<Account>(
            list: { StripeCall<List<Account>>.listAccounts(createdSince: $0, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, work.connection) })
        return Intention(step: 1, call, as: .platform, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let account):
                tx.send(MarkAccountMade(work.connection, account: account.id))
                return .again
            case .failure(let error):
                let refusal = Refusal(error)
                tx.send(MarkConnectionProblem(work.connection, problem: refusal.json))
                return .refused(refusal)
            }
        }
    }
}

extension Refusal {
    /// The platform may use the account for another agency, and for that one alone.
    static func accountTaken(_ account: String) -> Refusal {
        Refusal(
            "account_in_use",
            "The account \(account) is connected to the platform for another agency. Paste a key of it instead."
        )
    }
}
