import HTTPTypes

/// When an object needs looking at again: what `Books.put` notes in the agenda.
enum DueMoments {
    /// The moments on the object's own clock.
    static func of(_ object: JSONObject) -> [Int64] {
        switch object.kind {
        case "subscription": subscription(object)
        case "invoice": invoice(object)
        case Schedules.kind: schedule(object)
        case "checkout.session": object.text("status") == "open" ? [object.whole("expires_at") ?? 0] : []
        case "test_helpers.test_clock": [object.whole("_advance_at")].compactMap(\.self)
        default: []
        }
    }

    private static func subscription(_ subscription: JSONObject) -> [Int64] {
        if Subscriptions.isEnded(subscription) { return [] }
        if subscription.text("status") == "paused" { return [] }
        if subscription.text("status") == "incomplete" { return [subscription.whole("_expires") ?? 0] }
        let ends = subscription.objects("items", "data").compactMap { $0.whole("current_period_end") }
        return [
            ends.min(), subscription.whole("cancel_at"), subscription.whole("trial_end"),
            subscription.whole("pause_collection", "resumes_at"),
            subscription.whole("pending_update", "expires_at"),
            subscription.text("status") == "trialing" && !subscription.flag("_told_trial_end")
                ? subscription.whole("trial_end").map { $0 - Engine.trialNoticeSeconds } : nil,
        ].compactMap(\.self)
    }

    private static func schedule(_ schedule: JSONObject) -> [Int64] {
        switch schedule.text("status") {
        case "not_started": [schedule.objects("phases").first?.whole("start_date")].compactMap(\.self)
        case "active":
            [
                schedule.whole("current_phase", "end_date"),
                schedule.flag("_told_end")
                    ? nil
                    : schedule.objects("phases").last?.whole("end_date").map { $0 - Engine.expiryNoticeSeconds },
            ].compactMap(\.self)
        default: []
        }
    }

    private static func invoice(_ invoice: JSONObject) -> [Int64] {
        switch invoice.text("status") {
        case "draft": [invoice.whole("automatically_finalizes_at")].compactMap(\.self)
        case "open":
            [
                invoice.whole("next_payment_attempt"), invoice.flag("_overdue") ? nil : invoice.whole("due_date"),
            ].compactMap(\.self)
        default: []
        }
    }
}
