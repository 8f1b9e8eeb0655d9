import Billing
import Jobs
import Postgres
import Stripe
import Worker

/// Corrects a finalized invoice by a credit note: of a paid one the money goes back, of an open one less is due.
struct CreditInvoiceHandler: StripeHandler {
    private static let step = 1

    func intend(_ work: CreditInvoice, _ job: JobContext, _ tx: borrowing Transaction<TenantScope>) throws -> Step {
        guard let note = try tx.first(FindCreditNote(work.note)), let invoice = try tx.first(FindInvoice(work.invoice)),
            invoice.client == work.client, let id = invoice.stripeInvoice
        else { return .finish(.refused(Refusal("not_found", "There is no such credit note."))) }
        if let known = note.stripeCreditNote { return .finish(.done("credit_note", known)) }
        let call = StripeCall<Stripe.CreditNote>.createCreditNote(
            invoice: id, amount: note.amount, refundAmount: invoice.status == .paid ? note.amount : nil,
            reason: note.reason?.rawValue, memo: note.memo, metadata: job.metadata(of: note.id))
        let lookUp = LookUp<Stripe.CreditNote>(
            list: { StripeCall<List<Stripe.CreditNote>>.listCreditNotes(of: id, startingAfter: $1) },
            isOurs: { job.isOurs($0.metadata, note.id) })
        return .call(
            Intention(step: Self.step, call, lookUp: lookUp) { answer, facts, tx in
                switch answer {
                case .success(let made):
                    try tx.apply(made, Sighting(facts, because: job.cause, at: job.now), job)
                    return .next(look(at: id, after: made.id, job))
                case .failure(let error):
                    let refusal = Refusal(error)
                    tx.send(
                        MarkCreditNote(
                            note.id, stripe: nil, status: "failed", problem: refusal.json, seq: facts.fetchSeq))
                    return .refused(refusal)
                }
            })
    }

    /// What is due changed with it.
    private func look(at id: String, after note: String, _ job: JobContext) -> Intention {
        Intention(.retrieveInvoice(id)) { answer, facts, tx in
            if case .success(let invoice) = answer {
                try tx.apply(invoice, Sighting(facts, because: job.cause, at: job.now), job)
            }
            return .done("credit_note", note)
        }
    }
}
