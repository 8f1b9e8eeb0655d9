/// How much of an invoice can still be given back or taken off it. Minor units, never below zero.
public struct InvoiceRest: Equatable, Sendable {
    /// Of the money that was paid.
    public let toRefund: Int64
    /// By a credit note: of a paid invoice that money goes back too, of an open one less is due.
    public let toCredit: Int64

    /// Reckons it.
    ///
    /// - Parameters:
    ///   - refunds: all of the invoice; those on their way count, those that failed do not.
    ///   - notes: all of the invoice. What one took off while nothing was paid took nothing from what was paid since;
    ///     what one gave back stands among the refunds.
    public init(of invoice: Invoice, refunds: [Refund], notes: [CreditNote]) {
        let given = refunds.filter { $0.status != "failed" && $0.status != "canceled" }.reduce(0) { $0 + $1.amount }
        let coming = notes.filter { $0.status == "preparing" }.reduce(0) { $0 + $1.amount }
        let noted = notes.filter { $0.status == "issued" }.reduce(coming) { $0 + $1.amount }
        let money = invoice.amountPaid - given - coming
        switch invoice.status {
        case .paid:
            toRefund = max(0, money)
            toCredit = max(0, min(money, invoice.total.map { $0 - noted } ?? money))
        case .open:
            toRefund = 0
            toCredit = max(0, (invoice.amountRemaining ?? invoice.amountDue) - coming)
        default:
            toRefund = 0
            toCredit = 0
        }
    }
}
