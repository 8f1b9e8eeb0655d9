import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// Opens Stripe's page on which a client saves a card (G1).
struct OpenPaymentSetupHandler: StripeHandler {
    func intend(_ work: OpenPaymentSetup, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let setup = try tx.first(FindPaymentSetup(work.setup)), let client = try tx.first(FindClient(work.client))
        else { return .finish(.refused(Refusal("not_found", "There is no such payment setup."))) }
        guard setup.status == .opening else {
            return .finish(
                setup.url.map { .done(url: $0, expiresAt: setup.expiresAt) } ?? .done("status", setup.status.rawValue))
        }
        guard let customer = client.stripeCustomer else {
            return .call(.makeCustomer(of: client, job) { refusal, tx in fail(setup.id, refusal, tx) })
        }
        return .call(open(setup, for: customer, client, try tx.one(FindSetupReturn(setup.id)), job))
    }

    private func open(
        _ setup: PaymentSetup, for customer: String, _ client: Client, _ back: SetupReturn, _ job: JobContext
    ) -> Intention {
        let call = StripeCall<CheckoutSession>.createSetupSession(
            customer: customer, successURL: back.successURL, cancelURL: back.cancelURL, reference: client.id.text,
            metadata: job.metadata(of: setup.id))
        let lookUp = LookUp<CheckoutSession>(
            list: { StripeCall<List<CheckoutSession>>.listCheckoutSessions(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, setup.id) })
        return Intention(step: 2, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let session):
                let expiresAt = session.expiresAt.map(Timestamp.init(seconds:))
                tx.send(
                    MarkSetupOpened(
                        setup.id, session: session.id, setupIntent: session.setupIntent?.id, url: session.url,
                        expiresAt: expiresAt))
                return session.url.map { .done(url: $0, expiresAt: expiresAt) } ?? .done("status", "over")
            case .failure(let error):
                let refusal = Refusal(error)
                fail(setup.id, refusal, tx)
                return .refused(refusal)
            }
        }
    }

    private func fail(_ setup: PaymentSetup.ID, _ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>) {
        tx.send(MarkSetupFailed(setup, problem: refusal.json))
    }
}
