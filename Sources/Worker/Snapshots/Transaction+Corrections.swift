public import Billing
public import Jobs
public import Postgres
public import Stripe

// What was given back and corrected of invoices: ours, and what was done in Stripe's dashboard.

extension Transaction where Scope == TenantScope {
    /// Mirrors a refund of ours.
    ///
    /// - Returns: whether it is one.
    @discardableResult
    public func apply(_ object: Stripe.Refund, _ sighting: Sighting, _ job: JobContext) throws -> Bool {
        guard let ours: Billing.Refund.ID = job.ours(object.metadata) else { return false }
        send(
            MarkRefund(
                ours, stripe: object.id, status: object.word, problem: object.problem, seq: sighting.seq))
        return true
    }

    /// Mirrors a refund that somebody else made of an invoice of ours.
    public func apply(
        _ object: Stripe.Refund, of invoice: Billing.Invoice.ID, _ sighting: Sighting, _ job: JobContext
    ) {
        send(
            MirrorRefund(
                .new(at: job.now), of: invoice, stripe: object.id, amount: object.amount, currency: object.currency,
                reason: object.reason.flatMap(Billing.Refund.Reason.init(rawValue:)), status: object.word,
                problem: object.problem, seq: sighting.seq))
    }

    /// Mirrors a credit note of an invoice of ours, whoever made it, and the money that went back with it: that much
    /// cannot go back again.
    ///
    /// - Returns: whether it is one.
    @discardableResult
    public func apply(_ object: Stripe.CreditNote, _ sighting: Sighting, _ job: JobContext) throws -> Bool {
        let status = object.status == "void" ? "void" : "issued"
        let invoice = try first(FindInvoiceByStripe(object.invoice))
        if let ours: Billing.CreditNote.ID = job.ours(object.metadata) {
            send(
                MarkCreditNote(
                    ours, stripe: object.id, status: status, number: object.number, pdf: object.pdf, seq: sighting.seq))
        } else if let invoice {
            send(
                MirrorCreditNote(
                    CreditNote(
                        id: .new(at: job.now), invoice: invoice, amount: object.amount, currency: object.currency,
                        reason: object.reason.flatMap(Billing.CreditNote.Reason.init(rawValue:)), memo: object.memo,
                        status: status, number: object.number, pdf: object.pdf, stripeCreditNote: object.id,
                        createdAt: job.now), seq: sighting.seq))
        }
        guard let invoice else { return false }
        for part in object.refunds ?? [] {
            guard let refund = part.refund else { continue }
            // How it fares, its own events tell.
            send(
                MirrorRefund(
                    .new(at: job.now), of: invoice, stripe: refund, amount: part.amountRefunded,
                    currency: object.currency, reason: nil, status: "pending", problem: nil, seq: 0))
        }
        return true
    }
}

extension Stripe.Refund {
    /// Where it stands, in a word that our rows know.
    fileprivate var word: String {
        let known = ["pending", "requires_action", "succeeded", "failed", "canceled"]
        return status.flatMap { known.contains($0) ? $0 : nil } ?? "pending"
    }

    /// Why it failed: JSON text.
    fileprivate var problem: String? {
        failureReason.map { Refusal($0, "Stripe could not give the money back: \($0).").json }
    }
}
