public import Billing
public import Stripe

// Who buys, and what was paid.

extension ExistingCustomer: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .customer }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrieveExistingCustomer(id) }
    /// Only a name is left of it.
    public var isDeleted: Bool { deleted == true }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Client.self)
        seen.name = name
        seen.email = email
        seen.phone = phone
        seen.country = address?.country
        seen.postalCode = address?.postalCode
        return seen
    }
}

extension Stripe.Subscription: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .subscription }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrieveSubscription(id) }

    /// What is compared of it. Period and items as the snapshot reads them.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Billing.Subscription.self)
        seen.customer = customer
        seen.status = status
        seen.cancelAtPeriodEnd = cancelAtPeriodEnd
        seen.periodEnd = items.data.compactMap(\.currentPeriodEnd).max()
        if !items.hasMore {
            let sold = items.data.sorted { $0.price.id < $1.price.id }
            seen.items = sold.map { "\($0.price.id)×\($0.quantity ?? 1)" }.joined(separator: " ")
        }
        return seen
    }
}

extension Stripe.Invoice: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .invoice }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrieveInvoice(id) }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: Billing.Invoice.self)
        seen.customer = customer
        seen.status = status
        seen.amountDue = amountDue
        seen.amountPaid = amountPaid
        seen.created = created
        seen.currency = currency
        return seen
    }
}

extension PaymentIntent: Comparand {
    /// What it is.
    public static var kind: DriftItem.ObjectKind { .creditPurchase }
    /// How one is looked at.
    public static func look(at id: String) -> StripeCall<Self> { .retrievePaymentIntent(id) }

    /// What is compared of it.
    public func seen(by job: JobContext) -> SeenObject {
        var seen = job.seen(id, metadata, as: CreditPurchase.self)
        seen.status = status
        seen.amountDue = amount
        // Without a charge nothing was given back; of one that did not come along nothing is known.
        seen.amountRefunded = latestCharge == nil ? 0 : latestCharge?.object?.amountRefunded
        seen.currency = currency
        return seen
    }
}
