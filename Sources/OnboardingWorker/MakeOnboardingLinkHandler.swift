import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// A fresh door into Stripe's onboarding form.
struct MakeOnboardingLinkHandler: StripeHandler {
    func intend(_ work: MakeOnboardingLink, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step
    {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected,
            let account = state.connection.accountID
        else {
            return .finish(.refused(Refusal("not_onboarding", "There is no connected account to onboard yet.")))
        }
        return .call(.makeOnboardingLink(to: account, back: work.returnURL, again: work.refreshURL))
    }
}

extension Intention {
    /// The link is single-use and lives minutes (F21): it goes into the command's result and nowhere else.
    static func makeOnboardingLink(to account: String, back returnURL: String, again refreshURL: String) -> Intention {
        let call = StripeCall<AccountLink>.createAccountLink(
            account: account, refreshURL: refreshURL, returnURL: returnURL)
        return Intention(step: 2, call, as: .platform) { answer, _, _ in
            switch answer {
            case .success(let link): .done(url: link.url, expiresAt: Timestamp(seconds: link.expiresAt))
            case .failure(let error): .refused(Refusal(error))
            }
        }
    }
}
