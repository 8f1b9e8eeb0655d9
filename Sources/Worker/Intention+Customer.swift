public import Billing
public import Jobs
public import Postgres
internal import Stripe

extension Intention {
    /// Makes a client's customer at Stripe, after which the handler is asked again. Needed by everything a client buys.
    ///
    /// - Parameter refused: marks the row that needed the customer.
    public static func makeCustomer(
        of client: Client, _ job: JobContext,
        refused: @escaping @Sendable (Refusal, borrowing Transaction<TenantScope>) throws -> Void = { _, _ in }
    ) -> Intention {
        let call = StripeCall<Customer>.createCustomer(
            name: client.name, email: client.adminEmail, phone: client.phone, country: client.country,
            postalCode: client.postalCode, metadata: job.metadata(of: client.id))
        let lookUp = LookUp<Customer>(
            list: { StripeCall<List<Customer>>.listCustomers(createdSince: $0, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, client.id) })
        return Intention(step: 1, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let customer):
                tx.send(MarkCustomerMade(client.id, customer: customer.id))
                return .again
            case .failure(let error):
                let refusal = Refusal(error)
                try refused(refusal, tx)
                return .refused(refusal)
            }
        }
    }
}
