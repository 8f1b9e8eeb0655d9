/// What the portal is told: a fact about one of the tenant's things, written in the transaction that made it true.
public struct PortalEvent: Sendable {
    /// `access.blocked`, `subscription.started`, …
    public let type: String
    /// Every type there is, as `docs/webhooks.md` lists them.
    public static let types: Set<String> = [
        "access.awaiting_payment", "access.activated", "access.grace_started", "access.blocked", "access.reactivated",
        "access.closed", "subscription.scheduled", "subscription.started", "subscription.updated",
        "subscription.past_due", "subscription.canceled", "invoice.created", "invoice.paid", "invoice.payment_failed",
        "credits.purchased", "credits.low", "credits.exhausted", "credits.topup_failed", "quota.threshold_reached",
        "quota.exceeded", "quota.recovered", "usage.not_metered", "usage.late", "drift.found", "processor.connected",
        "processor.degraded", "processor.invalid", "processor.disconnected", "processor.payouts_changed",
        "client.erased", "domain.verified", "domain.failing", "domain.lost", "webhook_endpoint.disabled",
        "webhook_endpoint.test",
    ]

    /// The public id of what it is about.
    public let subject: String
    /// JSON of what there is to say; never a secret.
    public let body: String

    /// States one.
    public init(type: String, subject: String, body: String = "{}") {
        self.type = type
        self.subject = subject
        self.body = body
    }
}
