public import Billing
public import Daemon
internal import FoundationEssentials
public import Stripe

// Stripe's objects as our rows keep them. Statuses are open lists at Stripe: one we do not know gives nil, and the row
// keeps what it has.

extension InvoiceSnapshot {
    /// Reads a fetched invoice. An open one that was to be charged and was tried in vain has failed by `seenAt`, and
    /// not before it was finalized: an old event that arrives late must not eat up the grace. (On a test clock that may
    /// lie in the future.)
    public init?(_ object: Stripe.Invoice, seenAt: Timestamp, now: Timestamp) {
        guard let word = object.status, let status = Billing.Invoice.Status(rawValue: word), status != .failed,
            status != .preparing
        else { return nil }
        let isCharged = object.collectionMethod != "send_invoice"
        let hasFailed = status == .open && isCharged && (object.attemptCount ?? 0) > 0
        let finalizedAt = Timestamp(seconds: object.statusTransitions?.finalizedAt ?? object.created)
        self.init(
            stripeID: object.id, status: status, collection: isCharged ? .autoCharge : .requestPayment,
            currency: object.currency, amountDue: object.amountDue, amountPaid: object.amountPaid,
            number: object.number, billingReason: object.billingReason, attemptCount: object.attemptCount ?? 0,
            nextPaymentAttempt: object.nextPaymentAttempt.map(Timestamp.init(seconds:)),
            failedAt: hasFailed ? (finalizedAt > now ? seenAt : max(seenAt, finalizedAt)) : nil,
            hostedURL: object.hostedInvoiceUrl, pdfURL: object.invoicePdf,
            dueAt: object.dueDate.map(Timestamp.init(seconds:)),
            paidAt: object.statusTransitions?.paidAt.map(Timestamp.init(seconds:)))
        contents = InvoiceContents(object)
    }
}

extension AccountSnapshot {
    /// Reads a fetched account.
    public init(_ object: Account) {
        self.init(
            id: object.id, name: object.businessProfile?.name, country: object.country, email: object.email,
            defaultCurrency: object.defaultCurrency, chargesEnabled: object.chargesEnabled ?? false,
            payoutsEnabled: object.payoutsEnabled ?? false, detailsSubmitted: object.detailsSubmitted ?? false,
            requirements: Self.text(of: object.requirements))
    }

    /// In Stripe's own words, as JSON text.
    private static func text(of requirements: Account.Requirements?) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys]
        guard let requirements, let data = try? encoder.encode(requirements) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

extension Client.Card {
    /// What may be shown of a saved card.
    public init(_ method: PaymentMethod) {
        self.init(
            paymentMethod: method.id, brand: method.card?.brand, last4: method.card?.last4,
            expMonth: method.card?.expMonth, expYear: method.card?.expYear)
    }

    /// The card a customer pays with; nil when it has none.
    public init?(of customer: Customer) {
        guard let method = customer.invoiceSettings?.defaultPaymentMethod else { return nil }
        switch method {
        case .object(let method): self.init(method)
        case .id(let id): self.init(paymentMethod: id, brand: nil, last4: nil, expMonth: nil, expYear: nil)
        }
    }
}
