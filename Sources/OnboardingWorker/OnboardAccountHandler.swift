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
        return .call(.makeOnboardingLink(to: account, back: work.returnURL, again: work.refreshURL))
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
