public import Daemon

/// What is known about a client that decides its access, read from our rows in one transaction.
public struct AccessFacts: Equatable, Sendable {
    /// One subscription of the client, as far as access depends on it.
    public struct SubscriptionFact: Equatable, Sendable {
        /// Which one.
        public var id: Subscription.ID
        /// Where it stands.
        public var status: SubscriptionStatus
        /// Why it ended, where it did.
        public var cancellationReason: CancellationReason?
        /// When it was first seen running, by our clock; before that, when the client bought it.
        public var beganAt: Timestamp
        /// Its oldest unpaid invoice with a failed payment.
        public var failedInvoice: Invoice.ID?
        /// When that invoice's payment failed first, by our clock.
        public var firstFailedAt: Timestamp?
        /// Whether it ever ran.
        public var hasRun: Bool
        /// Its own rules, where it has some; the tenant's otherwise.
        public var policy: AccessPolicy?

        /// States the facts.
        public init(
            id: Subscription.ID, status: SubscriptionStatus, cancellationReason: CancellationReason? = nil,
            beganAt: Timestamp, failedInvoice: Invoice.ID? = nil, firstFailedAt: Timestamp? = nil, hasRun: Bool = true,
            policy: AccessPolicy? = nil
        ) {
            self.hasRun = hasRun
            self.policy = policy
            self.id = id
            self.status = status
            self.cancellationReason = cancellationReason
            self.beganAt = beganAt
            self.failedInvoice = failedInvoice
            self.firstFailedAt = firstFailedAt
        }
    }

    /// One disputed charge.
    public struct DisputeFact: Equatable, Sendable {
        /// Stripe's id.
        public var id: String
        /// Stripe's word.
        public var status: String

        /// States the facts.
        public init(id: String, status: String) {
            self.id = id
            self.status = status
        }

        /// Whether money is at stake or gone. An inquiry (`warning_…`) takes no money yet.
        public var isAgainstUs: Bool { ["needs_response", "under_review", "lost"].contains(status) }
    }

    /// Whether a payment method is saved.
    public var hasCard: Bool
    /// Every subscription of the client.
    public var subscriptions: [SubscriptionFact]
    /// Every hold of the client, released ones too: a waived hold must not come back.
    public var holds: [AccessHold]
    /// Every dispute of the client.
    public var disputes: [DisputeFact]

    /// States the facts.
    public init(
        hasCard: Bool, subscriptions: [SubscriptionFact], holds: [AccessHold], disputes: [DisputeFact] = []
    ) {
        self.disputes = disputes
        self.hasCard = hasCard
        self.subscriptions = subscriptions
        self.holds = holds
    }
}
