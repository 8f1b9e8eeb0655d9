import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a client's customer at Stripe, or keeps its name and address as ours.
struct PublishClientHandler: StripeHandler {
    private static let update = 2

    func intend(_ work: PublishClient, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClient(work.client)) else {
            return .finish(.refused(Refusal("not_found", "There is no such client.")))
        }
        guard let customer = client.stripeCustomer else { return .call(.makeCustomer(of: client, job)) }
        guard !job.hasDone(step: 1) else { return .finish(.done("customer", customer)) }
        let call = StripeCall<Customer>.updateCustomer(
            customer, name: client.name, email: client.adminEmail, phone: client.phone, country: client.country,
            postalCode: client.postalCode)
        return .call(
            Intention(step: Self.update, call) { answer, _, _ in
                switch answer {
                case .success: .done("customer", customer)
                case .failure(let error): .refused(Refusal(error))
                }
            })
    }
}
