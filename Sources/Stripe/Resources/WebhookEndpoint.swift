/// A URL that Stripe tells about events. Source: https://docs.stripe.com/api/webhook_endpoints
public struct WebhookEndpoint: Decodable, Sendable, Identifiable {
    /// `we_…`
    public let id: String
    /// Where Stripe posts to.
    public let url: String
    /// `enabled` or `disabled`; Stripe disables endpoints that keep failing.
    public let status: String
    /// The version events are rendered in; fixed at creation.
    public let apiVersion: String?
    /// What it is sent.
    public let enabledEvents: [String]?
    /// The signing secret; present only in the answer to its creation (F4).
    public let secret: String?
    /// Ours to match by.
    public let metadata: [String: String]?

    /// Most endpoints one account may have in one mode (F5).
    public static let countMax = 16

    /// What we want to hear about: hints to look at an object again, so the list follows the objects we mirror.
    public static let enabledEvents = [
        "account.updated", "account.application.deauthorized", "capability.updated", "charge.dispute.created",
        "charge.dispute.closed", "charge.refunded", "checkout.session.completed", "checkout.session.expired",
        "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed", "setup_intent.succeeded",
        "setup_intent.setup_failed", "setup_intent.requires_action", "payment_intent.succeeded",
        "payment_intent.payment_failed", "payment_intent.requires_action", "payment_intent.processing",
        "payment_intent.canceled", "customer.created", "customer.updated", "customer.deleted",
        "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted",
        "customer.subscription.paused", "customer.subscription.resumed", "customer.subscription.trial_will_end",
        "customer.subscription.pending_update_applied", "customer.subscription.pending_update_expired",
        "customer.discount.created", "customer.discount.updated", "customer.discount.deleted",
        "subscription_schedule.created", "subscription_schedule.updated", "subscription_schedule.released",
        "subscription_schedule.canceled", "subscription_schedule.aborted", "subscription_schedule.completed",
        "invoice.created", "invoice.updated", "invoice.finalized", "invoice.finalization_failed", "invoice.paid",
        "invoice.payment_failed", "invoice.payment_action_required", "invoice.voided", "invoice.marked_uncollectible",
        "invoice.overdue", "invoice.sent", "payment_method.attached", "payment_method.detached",
        "payment_method.automatically_updated", "payment_method.updated", "refund.created", "refund.updated",
        "refund.failed", "credit_note.created", "credit_note.updated", "credit_note.voided", "product.created",
        "product.updated", "product.deleted", "price.created", "price.updated", "price.deleted", "coupon.created",
        "coupon.updated", "coupon.deleted", "billing.meter.created", "billing.meter.updated",
        "billing.meter.deactivated", "billing.meter.reactivated", "payout.created", "payout.updated", "payout.paid",
        "payout.failed", "payout.canceled", "tax.settings.updated",
    ]
}

extension StripeCall where Answer == List<WebhookEndpoint> {
    /// Every endpoint of the account; there can be at most 16.
    public static func listWebhookEndpoints() -> Self { get("/v1/webhook_endpoints", ["limit": "100"]) }
}

extension StripeCall where Answer == WebhookEndpoint {
    /// Registers our URL, pinned to our version.
    public static func createWebhookEndpoint(url: String, description: String, metadata: [String: String]) -> Self {
        var form: StripeForm = ["url": url, "api_version": StripeRequest.version, "description": description]
        for (index, event) in WebhookEndpoint.enabledEvents.enumerated() {
            form.add("enabled_events[\(index)]", event)
        }
        form.add(metadata: metadata)
        return post("/v1/webhook_endpoints", form)
    }

    /// Has one of ours hear what we want to hear, and nothing else.
    public static func updateWebhookEndpoint(_ id: String) -> Self {
        var form = StripeForm()
        for (index, event) in WebhookEndpoint.enabledEvents.enumerated() {
            form.add("enabled_events[\(index)]", event)
        }
        return post("/v1/webhook_endpoints/\(segment(id))", form)
    }

    /// One endpoint, to see whether it still stands.
    public static func retrieveWebhookEndpoint(_ id: String) -> Self {
        get("/v1/webhook_endpoints/\(segment(id))")
    }
}

extension StripeCall where Answer == Deleted {
    /// Removes an endpoint of ours whose secret we lack.
    public static func deleteWebhookEndpoint(_ id: String) -> Self {
        delete("/v1/webhook_endpoints/\(segment(id))")
    }
}
