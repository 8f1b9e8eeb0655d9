import HTTPTypes

/// What an update of a subscription may say.
enum SubscriptionRules {
    /// Parameters an update may have that is applied only when it is paid.
    private static let pending: Set<String> = [
        "items", "billing_cycle_anchor", "proration_behavior", "proration_date", "trial_end", "trial_from_plan",
        "payment_behavior", "off_session", "add_invoice_items", "expand",
    ]

    /// Refuses what Stripe refuses, and what the stand-in does not do.
    static func check(_ params: JSONObject, on found: JSONObject) throws(Refusal) {
        if Subscriptions.isEnded(found) {
            let allowed: Set<String> = ["metadata", "cancellation_details", "expand"]
            guard params.keys.allSatisfy(allowed.contains) else {
                throw .invalid(
                    "A canceled subscription can only update its cancellation_details and metadata.",
                    param: params.keys.first { !allowed.contains($0) })
            }
        }
        for name in [
            "billing_schedules", "billing_thresholds", "default_source", "default_tax_rates", "invoice_settings",
            "on_behalf_of", "pending_invoice_item_interval", "transfer_data", "trial_from_plan",
        ] where params[name] != nil {
            throw .unsupported("\(name) on a subscription", param: name)
        }
        if params["cancel_at"] != nil, params["cancel_at_period_end"] != nil {
            throw .exclusive("cancel_at", "cancel_at_period_end")
        }
        if let schedule = found.text("schedule"),
            let param = ["cancel_at", "cancel_at_period_end"].first(where: { params[$0] != nil })
        {
            throw .invalid(
                "The subscription is managed by the subscription schedule `\(schedule)`, and updating any cancelation "
                    + "behavior directly is not allowed. Please update the schedule instead.", param: param)
        }
        if params.text("payment_behavior") == "pending_if_incomplete" {
            if let param = params.keys.first(where: { !pending.contains($0) }) {
                throw .invalid(
                    "When `payment_behavior` is `pending_if_incomplete`, you can only pass parameters that support "
                        + "pending updates; `\(param)` does not.", param: param)
            }
            guard found.text("collection_method") != "send_invoice" else {
                throw .invalid(
                    "`pending_if_incomplete` needs collection_method=charge_automatically.", param: "payment_behavior")
            }
        }
        if let moment = params.whole("proration_date") {
            let items = found.objects("items", "data")
            let start = items.compactMap { $0.whole("current_period_start") }.min() ?? 0
            let end = items.compactMap { $0.whole("current_period_end") }.max() ?? .max
            guard moment >= start, moment <= end else {
                throw .invalid(
                    "Cannot specify `proration_date` outside of the subscription's current period.",
                    param: "proration_date")
            }
        }
    }
}
