import Billing
import Daemon

/// How late Stripe's events are applied: an alert of its own, since access hangs on it.
enum WebhookLag {
    /// An event is applied, or found to be none of ours. The clocks may differ: nothing is early.
    static func record(_ event: PendingEvent, appliedAt now: Timestamp) {
        Metrics.histogram(
            "tollgate_webhook_processing_lag_seconds", help: "Age of Stripe's events when they are applied."
        ).record(max(.zero, now - event.created))
    }
}
