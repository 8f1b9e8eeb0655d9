import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// A door to where the account's owner manages it (L3): the onboarding while it is unfinished, the login link of an
/// Express account, Stripe's own dashboard for every other.
struct MakeDashboardLinkHandler: StripeHandler {
    func intend(
        _ work: MakeDashboardLink, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Step {
        guard let state = try tx.first(FindConnectionState(work.connection)), state.connection.status != .disconnected,
            let account = state.connection.accountID
        else {
            return .finish(.refused(Refusal("not_onboarding", "There is no connected account yet.")))
        }
        if job.isUnanswered(step: 2) {
            return .call(.makeOnboardingLink(to: account, back: work.returnURL, again: work.refreshURL))
        }
        return .call(look(account, work))
    }

    private func look(_ account: String, _ work: MakeDashboardLink) -> Intention {
        Intention(.retrieveAccount(account), as: .platform) { answer, _, _ in
            switch answer {
            case .failure(let error): .refused(Refusal(error))
            case .success(let found) where found.detailsSubmitted != true:
                .next(.makeOnboardingLink(to: account, back: work.returnURL, again: work.refreshURL))
            case .success(let found) where found.controller?.stripeDashboard?.type == "express":
                .next(login(account))
            case .success: .done(url: "https://dashboard.stripe.com/", expiresAt: nil)
            }
        }
    }

    private func login(_ account: String) -> Intention {
        Intention(step: 3, .createLoginLink(account: account), as: .platform) { answer, _, _ in
            switch answer {
            case .success(let link): .done(url: link.url, expiresAt: nil)
            case .failure(let error): .refused(Refusal(error))
            }
        }
    }
}
