import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Takes a person's data away: at Stripe first, since afterwards nobody knows any more which customer it was.
struct EraseClientHandler: StripeHandler {
    private static let erase = 1
    /// Usage events in one turn: others want their turn too, and a client may have millions.
    private static let usageMax: Int64 = 20_000

    func intend(_ work: EraseClient, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClientForUpdate(work.client)), client.accessState == .closed else {
            return .finish(.refused(Refusal("client_not_closed", "The client is not closed.")))
        }
        guard let customer = client.stripeCustomer, !job.hasDone(step: Self.erase) else {
            return .finish(try here(client.id, job, tx))
        }
        return .call(
            Intention(step: Self.erase, .eraseCustomer(customer)) { answer, _, tx in
                switch answer {
                case .success: return try here(client.id, job, tx)
                case .failure(let error) where error.isMissing: return try here(client.id, job, tx)
                case .failure(let error): return .refused(Refusal(error))
                }
            })
    }

    private func here(
        _ client: Client.ID, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>
    ) throws -> Outcome {
        guard try tx.one(EraseClientUsage(client, atMost: Self.usageMax)) == 0 else {
            return .snooze(.zero, JobFailure(code: "erasing", message: "more usage is to be erased"))
        }
        _ = try tx.count(EraseClientRows(client))
        tx.announce(PortalEvent(type: "client.erased", subject: client.text), at: job.now)
        return .done("client", "erased")
    }
}
