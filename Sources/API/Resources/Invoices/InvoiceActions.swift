import Billing
import HTTPServer
import HTTPTypes
import Jobs
import Postgres

/// What is done with an invoice that is made: paid, mailed, taken back, given back, corrected.
enum InvoiceActions {
    /// Charges the card on file; a declined card leaves it open.
    static func pay(_ call: Call) async throws -> Response {
        try await settle(call, .pay) { invoice, tx in
            guard try tx.first(FindClient(invoice.client))?.card != nil else {
                throw Problem(.noPaymentMethod, "The client has no card on file. Have it add one (payment_setup).")
            }
        }
    }

    /// Has Stripe mail the link.
    static func send(_ call: Call) async throws -> Response {
        try await settle(call, .send) { invoice, tx in
            guard invoice.collection == .requestPayment else {
                throw Problem(
                    .conflict,
                    "The invoice is charged to the card: Stripe mails requests for payment only. Pay it, or "
                        + "hand out its hosted_invoice_url.")
            }
            guard try tx.first(FindClient(invoice.client))?.adminEmail != nil else {
                throw Problem(.clientAdminEmailMissing, "Give the client an admin_email first.")
            }
        }
    }

    /// Takes it back: nobody owes it any more.
    static func void(_ call: Call) async throws -> Response { try await settle(call, .void) { _, _ in } }

    /// Gives money back; all that is left unless an amount is said.
    static func refund(_ call: Call) async throws -> Response {
        let id: Invoice.ID = try call.id("invoice")
        var fields = try call.fields()
        let amount = fields.optional("amount", .integer(1...Money.amountMax))
        let reason = fields.optional("reason", FieldKind<Refund.Reason>.word)
        try fields.finish()
        return try await call.write { actor, tx in
            let invoice = try locked(id, tx)
            guard invoice.status == .paid else {
                throw Problem(.invoiceNotPaid, "The invoice is \(invoice.status.rawValue).")
            }
            let left = try rest(of: invoice, tx).toRefund
            guard left > 0, (amount ?? left) <= left else {
                throw Problem(
                    .amountTooLarge, "\(left) of \(invoice.amountPaid) \(invoice.currency) are left to refund.",
                    param: "amount")
            }
            if let amount { try check(amount, of: invoice) }
            let refund = Refund.ID.new(at: actor.now)
            tx.send(InsertRefund(refund, of: id, amount: amount ?? left, currency: invoice.currency, reason: reason))
            audit(
                actor, tx, "invoice.refund", id.text,
                after: ["amount": .integer(amount ?? left), "currency": .string(invoice.currency)])
            let receipt = try tx.enqueue(
                RefundInvoice(refund: refund, invoice: id, client: invoice.client), waited: actor.isWaiting,
                target: ("invoice", id.rawValue))
            return .accepted(receipt, kind: RefundInvoice.kind, target: ("invoice", id.text))
        }
    }

    /// Corrects it: of a paid one the money goes back, of an open one less is due.
    static func credit(_ call: Call) async throws -> Response {
        let id: Invoice.ID = try call.id("invoice")
        var fields = try call.fields()
        let wanted = fields.required("amount", .integer(1...Money.amountMax))
        let reason = fields.optional("reason", FieldKind<CreditNote.Reason>.word)
        let memo = fields.optional("memo", .text(max: 500))
        try fields.finish()
        let amount = try wanted()
        return try await call.write { actor, tx in
            let invoice = try locked(id, tx)
            guard invoice.status == .paid || invoice.status == .open else {
                throw Problem(.invoiceNotOpen, "The invoice is \(invoice.status.rawValue).")
            }
            let left = try rest(of: invoice, tx).toCredit
            guard amount <= left else {
                throw Problem(.amountTooLarge, "\(left) \(invoice.currency) are left to credit.", param: "amount")
            }
            try check(amount, of: invoice)
            let note = CreditNote.ID.new(at: actor.now)
            tx.send(
                InsertCreditNote(
                    note, of: id, amount: amount, currency: invoice.currency, reason: reason, memo: memo))
            audit(
                actor, tx, "invoice.credit_note", id.text,
                after: ["amount": .integer(amount), "currency": .string(invoice.currency)])
            let receipt = try tx.enqueue(
                CreditInvoice(note: note, invoice: id, client: invoice.client), waited: actor.isWaiting,
                target: ("invoice", id.rawValue))
            return .accepted(receipt, kind: CreditInvoice.kind, target: ("invoice", id.text))
        }
    }

    private static func rest(
        of invoice: Invoice, _ tx: borrowing Transaction<TenantScope>
    ) throws -> InvoiceRest {
        InvoiceRest(
            of: invoice, refunds: try tx.run(ListRefunds(of: invoice.id)),
            notes: try tx.run(ListCreditNotes(of: invoice.id)))
    }

    /// Refuses what the currency has no coin for.
    private static func check(_ amount: Int64, of invoice: Invoice) throws {
        guard let currency = Currency(invoice.currency) else { return }
        do throws(Money.Refusal) {
            _ = try Money(amount, currency)
        } catch {
            throw Problem(.amountNotChargeable, error.detail(of: currency), param: "amount")
        }
    }

    /// What was given back and corrected, for the invoice's own page.
    static func corrections(
        of id: Invoice.ID, _ tx: borrowing Transaction<TenantScope>
    ) throws -> (refunds: JSON, notes: JSON) {
        let refunds = try tx.run(ListRefunds(of: id)).map { refund -> JSON in
            [
                "object": "refund", "id": .string(refund.id.text),
                "amount": ["amount": .integer(refund.amount), "currency": .string(refund.currency)],
                "reason": .text(refund.reason?.rawValue), "status": .string(refund.status),
                "stripe_id": .text(refund.stripeRefund), "problem": .stored(refund.problem),
                "created": .time(refund.createdAt),
            ]
        }
        let notes = try tx.run(ListCreditNotes(of: id)).map { note -> JSON in
            [
                "object": "credit_note", "id": .string(note.id.text),
                "amount": ["amount": .integer(note.amount), "currency": .string(note.currency)],
                "reason": .text(note.reason?.rawValue), "memo": .text(note.memo), "status": .string(note.status),
                "number": .text(note.number), "pdf": .text(note.pdf), "stripe_id": .text(note.stripeCreditNote),
                "problem": .stored(note.problem), "created": .time(note.createdAt),
            ]
        }
        return (.array(refunds), .array(notes))
    }

    private static func settle(
        _ call: Call, _ way: SettleInvoice.Way,
        _ check: @escaping @Sendable (Invoice, borrowing Transaction<TenantScope>) throws -> Void
    ) async throws -> Response {
        let id: Invoice.ID = try call.id("invoice")
        var fields = try call.fields()
        try fields.finish()
        return try await call.write { actor, tx in
            let invoice = try locked(id, tx)
            guard invoice.status == .open || (way != .send && invoice.status == .uncollectible) else {
                throw Problem(.invoiceNotOpen, "The invoice is \(invoice.status.rawValue).")
            }
            try check(invoice, tx)
            audit(actor, tx, "invoice.\(way.rawValue)", id.text)
            let receipt = try tx.enqueue(
                SettleInvoice(invoice: id, client: invoice.client, way: way), waited: actor.isWaiting,
                target: ("invoice", id.rawValue))
            return .accepted(receipt, kind: SettleInvoice.kind, target: ("invoice", id.text))
        }
    }

    private static func locked(_ id: Invoice.ID, _ tx: borrowing Transaction<TenantScope>) throws -> Invoice {
        guard let found = try tx.first(FindInvoice(id)) else { throw Problem.notFound("invoice") }
        // The client's row first, as everywhere: two refunds come one after the other.
        _ = try tx.first(FindClientForUpdate(found.client))
        guard let invoice = try tx.first(FindInvoice(id)) else { throw Problem.notFound("invoice") }
        if let bill = invoice.stripeInvoice, let account = try tx.one(FindLeftAccount(of: bill)) {
            throw Problem(
                .accountChanged,
                "\(bill) stayed in \(account), the account that was left. Settle, refund or correct it there.")
        }
        return invoice
    }
}
