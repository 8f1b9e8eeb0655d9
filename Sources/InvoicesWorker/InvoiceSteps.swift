import Billing
import Daemon
import Jobs
import Postgres
import Stripe
import Worker

/// The calls that make an invoice, in order.
struct InvoiceSteps: Sendable {
    private enum Steps {
        static let make = 2
        static let addLine = 3
        static let finalize = 4
        static let pay = 5
        static let send = 6
        /// The first of many: one for each late charge.
        static let addCharge = 100
    }

    private let invoice: Billing.Invoice
    private let client: Client
    private let job: JobContext

    init(_ invoice: Billing.Invoice, _ client: Client, _ job: JobContext) {
        self.invoice = invoice
        self.client = client
        self.job = job
    }

    /// Whether a call that makes the bill may have taken effect without our knowing: until that is clear nothing is
    /// refused.
    func isMakingUnanswered(charges: Int) -> Bool {
        let adding = (0..<charges).map { Steps.addCharge + $0 }
        return ([Steps.make, Steps.addLine, Steps.finalize] + adding).contains { job.isUnanswered(step: $0) }
    }

    /// The same of what collects it: it may be paid.
    var isCollectingUnanswered: Bool { [Steps.pay, Steps.send].contains { job.isUnanswered(step: $0) } }

    /// Whether this command made a bill of the draft, whatever the row says.
    var isFinalized: Bool { job.hasDone(step: Steps.finalize) }

    /// Whether this command charged or mailed it, whatever the row says.
    var isCollected: Bool { job.hasDone(step: Steps.pay) || job.hasDone(step: Steps.send) }

    func make(for customer: String) -> Intention {
        let call = StripeCall<Stripe.Invoice>.createInvoice(
            customer: customer, currency: invoice.currency, autoCharge: invoice.collection == .autoCharge,
            daysUntilDue: invoice.daysUntilDue.map(Int64.init), metadata: job.metadata(of: invoice.id))
        let lookUp = LookUp<Stripe.Invoice>(
            list: { StripeCall<List<Stripe.Invoice>>.listInvoices(of: customer, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, invoice.id) })
        return Intention(step: Steps.make, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let made):
                tx.send(MarkInvoiceMade(invoice.id, invoice: made.id))
                return .again
            case .failure(let error): return refuse(Refusal(error), tx)
            }
        }
    }

    func addLine(to stripeInvoice: String, for customer: String, price: String) -> Intention {
        let call = StripeCall<InvoiceItem>.createInvoiceItem(
            customer: customer, invoice: stripeInvoice, price: price, quantity: invoice.quantity,
            metadata: job.metadata(of: invoice.id))
        let lookUp = LookUp<InvoiceItem>(
            list: { StripeCall<List<InvoiceItem>>.listInvoiceItems(on: stripeInvoice, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, invoice.id) })
        return Intention(step: Steps.addLine, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let item):
                tx.send(MarkInvoiceItemMade(invoice.id, item: item.id))
                return .again
            case .failure(let error): return refuse(Refusal(error), tx)
            }
        }
    }

    /// Late usage: one line for each price and period.
    func add(_ charge: LateCharge, at place: Int, to stripeInvoice: String, for customer: String) -> Intention {
        let call = StripeCall<InvoiceItem>.createInvoiceItem(
            customer: customer, invoice: stripeInvoice, product: charge.stripeProduct, currency: charge.currency,
            amount: charge.amount, taxBehavior: charge.taxBehavior, description: charge.description,
            from: charge.start.seconds, until: charge.end.seconds, metadata: job.metadata(of: charge.id))
        let lookUp = LookUp<InvoiceItem>(
            list: { StripeCall<List<InvoiceItem>>.listInvoiceItems(on: stripeInvoice, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, charge.id) })
        return Intention(step: Steps.addCharge + place, call, lookUp: lookUp) { answer, _, tx in
            switch answer {
            case .success(let item):
                tx.send(MarkLateChargeMade(charge.id, item: item.id))
                return .again
            case .failure(let error): return refuse(Refusal(error), tx)
            }
        }
    }

    func finalize(_ id: String) -> Intention {
        let lookUp = LookUp<Stripe.Invoice>(object: .retrieveInvoice(id)) { $0.status != "draft" }
        return Intention(step: Steps.finalize, .finalizeInvoice(id), lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let finalized):
                try mirror(finalized, facts, tx)
                return .again
            case .failure(let error): return .next(look(id, after: Refusal(error), isFinalizing: true))
            }
        }
    }

    /// Charges the card, or mails the request. What this command did already is only looked at: it was interrupted
    /// after it.
    func collect(_ id: String) -> Intention {
        guard !isCollected else { return look(id) }
        return invoice.collection == .autoCharge ? pay(id) : send(id)
    }

    /// A declined card leaves the invoice open, with its page on which the client can pay.
    private func pay(_ id: String) -> Intention {
        let call = StripeCall<Stripe.Invoice>.payInvoice(id, paymentMethod: client.card?.paymentMethod)
        let lookUp = LookUp<Stripe.Invoice>(object: .retrieveInvoice(id)) { $0.status == "paid" }
        return Intention(step: Steps.pay, call, lookUp: lookUp) { answer, facts, tx in
            switch answer {
            case .success(let paid):
                try mirror(paid, facts, tx)
                return try .mirrored(paid, as: invoice.id, job, tx)
            case .failure(let error) where error.isPaymentFailure: return refuse(Refusal(error), tx)
            case .failure(let error): return .next(look(id, after: Refusal(error)))
            }
        }
    }

    private func send(_ id: String) -> Intention {
        // No look-up: Stripe does not say whether it mailed. After a day without an answer a second mail is the lesser
        // evil.
        Intention(step: Steps.send, .sendInvoice(id)) { answer, facts, tx in
            switch answer {
            case .success(let sent):
                try mirror(sent, facts, tx)
                tx.send(MarkInvoiceSent(invoice.id))
                return try .mirrored(sent, as: invoice.id, job, tx)
            case .failure(let error): return .next(look(id, after: Refusal(error)))
            }
        }
    }

    /// Stripe's no may mean that it was done already: in the Dashboard, or by the client on the invoice's page.
    private func look(_ id: String, after refusal: Refusal, isFinalizing: Bool = false) -> Intention {
        Intention(.retrieveInvoice(id)) { answer, facts, tx in
            guard case .success(let found) = answer else { return refuse(refusal, tx) }
            try mirror(found, facts, tx)
            switch found.status {
            case "paid", "void", "uncollectible": return .done("status", found.status ?? "")
            case "open" where isFinalizing: return .again
            default: return refuse(refusal, tx)
            }
        }
    }

    private func look(_ id: String) -> Intention {
        Intention(.retrieveInvoice(id)) { answer, facts, tx in
            guard case .success(let found) = answer else { return .done("status", invoice.status.rawValue) }
            try mirror(found, facts, tx)
            return .done("status", found.status ?? "")
        }
    }

    private func mirror(
        _ object: Stripe.Invoice, _ facts: AnswerFacts, _ tx: borrowing Transaction<TenantScope>
    ) throws {
        try tx.apply(object, Sighting(facts, because: job.cause, at: job.now), job)
    }

    /// Keeps why on the invoice, and ends the command.
    func refuse(_ refusal: Refusal, _ tx: borrowing Transaction<TenantScope>) -> Outcome {
        tx.send(MarkInvoiceRefused(invoice.id, problem: refusal.json, isIssued: isFinalized))
        if !isFinalized { tx.send(ReleaseLateCharges(of: invoice.id)) }
        return .refused(refusal)
    }
}
