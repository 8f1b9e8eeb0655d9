import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Makes a one-time invoice at Stripe: draft, line, finalize, then charge the card or mail the request (H1-H6). Each
/// has its own key, and the row says how far it came, so a double click or a crash never makes a second one.
struct IssueInvoiceHandler: StripeHandler {
    func intend(_ work: IssueInvoice, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let client = try tx.first(FindClient(work.client)), let invoice = try tx.first(FindInvoice(work.invoice))
        else { return .finish(.refused(Refusal("not_found", "There is no such invoice."))) }
        let price = try invoice.price.flatMap { try tx.first(FindPrice($0)) }
        let charges = price == nil ? try tx.run(ListLateCharges(on: invoice.id)) : []
        guard price != nil || !charges.isEmpty else {
            return .finish(.refused(Refusal("not_found", "There is nothing to bill by this invoice.")))
        }
        let steps = InvoiceSteps(invoice, client, job)
        switch invoice.status {
        case .preparing, .draft:
            if !steps.isMakingUnanswered(charges: charges.count), let refusal = missing(invoice, client) {
                return .finish(steps.refuse(refusal, tx))
            }
            guard let customer = client.stripeCustomer else {
                return .call(.makeCustomer(of: client, job) { refusal, tx in _ = steps.refuse(refusal, tx) })
            }
            if let price, price.stripePrice == nil {
                guard price.isActive else {
                    let refusal = Refusal("price_unpublished", "Stripe refused the price; make another one.")
                    return .finish(steps.refuse(refusal, tx))
                }
                return .finish(.retry(JobFailure(code: "price_unpublished", message: "the price is not at Stripe yet")))
            }
            guard let stripeInvoice = invoice.stripeInvoice else { return .call(steps.make(for: customer)) }
            if let price = price?.stripePrice, try tx.one(FindInvoiceItem(invoice.id)) == nil {
                return .call(steps.addLine(to: stripeInvoice, for: customer, price: price))
            }
            if let place = charges.firstIndex(where: { $0.stripeItem == nil }) {
                return .call(steps.add(charges[place], at: place, to: stripeInvoice, for: customer))
            }
            // A look that began before it was finalized may have been recorded after it.
            return .call(steps.isFinalized ? steps.collect(stripeInvoice) : steps.finalize(stripeInvoice))
        case .open:
            guard let stripeInvoice = invoice.stripeInvoice, invoice.sentAt == nil else {
                return .finish(.done("status", invoice.status.rawValue))
            }
            if !steps.isCollectingUnanswered, !steps.isCollected, let refusal = missing(invoice, client) {
                return .finish(steps.refuse(refusal, tx))
            }
            return .call(steps.collect(stripeInvoice))
        case .failed where price == nil:
            // Its command was canceled: the late usage on it is billed with the next one.
            tx.send(ReleaseLateCharges(of: invoice.id))
            return .finish(.done("status", invoice.status.rawValue))
        case .failed:
            let refusal = Refusal("invoice_failed", "The invoice could not be issued; make a new one.")
            return .finish(.refused(refusal))
        case .paid, .void, .uncollectible:
            return .finish(.done("status", invoice.status.rawValue))
        }
    }

    /// The API checked this when it took the wish (H5, H6); the card, the address or the client may be gone since.
    private func missing(_ invoice: Billing.Invoice, _ client: Client) -> Refusal? {
        switch invoice.collection {
        case .autoCharge where client.accessState == .closed, .requestPayment where client.accessState == .closed:
            Refusal("client_closed", "The client was closed meanwhile.")
        case .autoCharge where client.card == nil:
            Refusal("payment_method_missing", "The client has no saved card to charge.")
        case .requestPayment where client.adminEmail == nil:
            Refusal("admin_email_missing", "The client has no admin e-mail to send the invoice to.")
        case .autoCharge, .requestPayment: nil
        }
    }
}
