public import Billing
internal import Daemon
internal import HTTPTypes
public import Stripe

extension SubscriptionSnapshot {
    /// Reads a fetched subscription; since basil its period is its items' (F16): the earliest beginning, the latest
    /// end. Nil for a status we do not know: the row keeps what it has.
    public init?(_ object: Stripe.Subscription) {
        guard let status = SubscriptionStatus(rawValue: object.status), status.isAtStripe else { return nil }
        self.init(stripeID: object.id, status: status)
        periodStart = object.items.data.compactMap(\.currentPeriodStart).min().map(Timestamp.init(seconds:))
        periodEnd = object.items.data.compactMap(\.currentPeriodEnd).max().map(Timestamp.init(seconds:))
        cancelAtPeriodEnd = object.cancelAtPeriodEnd
        cancelAt = object.cancelAt.map(Timestamp.init(seconds:))
        cancellationReason = object.cancellationDetails?.reason
        latestInvoice = object.latestInvoice?.id
        canceledAt = object.canceledAt.map(Timestamp.init(seconds:))
        endedAt = object.endedAt.map(Timestamp.init(seconds:))
        collectsTax = object.automaticTax?.enabled ?? false
        taxDisabledReason = object.automaticTax?.disabledReason
        // A behaviour Stripe adds later is told as the one that collects nothing.
        pauseBehavior = object.pauseCollection.map { (PauseBehavior(rawValue: $0.behavior) ?? .keepAsDraft).rawValue }
        pauseResumesAt = object.pauseCollection?.resumesAt.map(Timestamp.init(seconds:))
        let shownItems = object.items.data.map { Item(id: $0.id, price: $0.price.id, quantity: $0.quantity ?? 1) }
        items = object.items.hasMore ? nil : shownItems
        schedule = object.schedule
        trialEnd = object.trialEnd.map(Timestamp.init(seconds:))
        let shown = (object.discounts ?? []).compactMap(\.object)
        guard shown.count == object.discounts?.count ?? 0 else { return }
        coupon = shown.first?.source?.coupon?.id
        discounts =
            JSON.array(
                shown.map { discount in
                    [
                        "stripe_id": .string(discount.id),
                        "coupon_stripe_id": discount.source?.coupon.map { .string($0.id) } ?? .null,
                        "start": discount.start.map(JSON.integer) ?? .null,
                        "end": discount.end.map(JSON.integer) ?? .null,
                    ]
                }
            ).text
    }
}
