public import Daemon

/// A client buys prices, again and again.
public struct Subscription: Equatable, Sendable {
    /// Which one.
    public var id: Subscription.ID
    /// Who buys.
    public var client: Client.ID
    /// Where it stands.
    public var status: SubscriptionStatus
    /// When it may begin.
    public var startAt: Timestamp
    /// The portal's own notes; JSON text.
    public var metadata: String
    /// Stripe's id, `sub_…`.
    public var stripeSubscription: String?
    /// The paid period begins.
    public var currentPeriodStart: Timestamp?
    /// The paid period ends.
    public var currentPeriodEnd: Timestamp?
    /// Whether it ends with the paid period.
    public var cancelAtPeriodEnd: Bool
    /// Why it ended (F15).
    public var cancellationReason: CancellationReason?
    /// Stripe's id of the newest invoice, `in_…`.
    public var latestInvoice: String?
    /// When the end was decided.
    public var canceledAt: Timestamp?
    /// When it ended.
    public var endedAt: Timestamp?
    /// Why it did not start: `code`, `detail`, `request_id`; JSON text.
    public var problem: String?
    /// When it was made.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
}

/// One price of a subscription.
public struct SubscriptionItem: Equatable, Sendable {
    /// Which one.
    public var id: SubscriptionItem.ID
    /// Of which subscription.
    public var subscription: Subscription.ID
    /// What is bought.
    public var price: Price.ID
    /// How many.
    public var quantity: Int64
    /// Stripe's id, `si_…`.
    public var stripeItem: String?
}
