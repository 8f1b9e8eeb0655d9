import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Has a purchase of credits paid: by the card on file, or on a page (L14). The credits come with the payment and not
/// before (V15).
struct BuyCreditsHandler: StripeHandler {
    func intend(_ work: BuyCredits, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClient(work.client)),
            let purchase = try tx.first(FindCreditPurchase(work.purchase)), purchase.client == client.id
        else { return .finish(.refused(Refusal("not_found", "There is no such purchase."))) }
        let steps = CreditSteps(purchase, client, job)
        let isPage = purchase.method == .page || purchase.status == .needsAction
        switch purchase.status {
        case .paid, .failed, .expired: return .finish(.done("status", purchase.status.rawValue))
        case .open, .needsAction:
            if let url = purchase.url { return .finish(.done(url: url, expiresAt: purchase.expiresAt)) }
        case .preparing, .processing: break
        }
        guard let customer = client.stripeCustomer else {
            return .call(.makeCustomer(of: client, job) { refusal, tx in _ = try steps.refuse(refusal, tx) })
        }
        guard !isPage else { return .call(steps.open(for: customer)) }
        guard client.card != nil || steps.isTryUnanswered else {
            let refusal = Refusal("payment_method_missing", "The client has no saved card to charge.")
            return .finish(try steps.refuse(refusal, tx))
        }
        guard let intent = purchase.stripePaymentIntent else { return .call(steps.make(for: customer)) }
        return .call(steps.confirm(intent))
    }
}
