/// Usage that Stripe took; that it counts is another question (F9).
///
/// Source: https://docs.stripe.com/api/billing/meter-event
public struct MeterEvent: Decodable, Sendable {
    /// Ours; unique at Stripe for a day at least.
    public let identifier: String
    /// What the meter is named by.
    public let eventName: String
    /// Unix seconds.
    public let timestamp: Int64
}

/// What Stripe added up. Source: https://docs.stripe.com/api/billing/meter-event-summary
public struct MeterEventSummary: Decodable, Sendable, Identifiable {
    /// `mtrusg_…`
    public let id: String
    /// The sum, the count or the last value of the window.
    public let aggregatedValue: Int64
    /// Unix seconds.
    public let startTime: Int64
    /// Unix seconds.
    public let endTime: Int64
}

extension StripeCall where Answer == MeterEvent {
    /// Tells a meter of usage. The payload's names are the meter's own.
    public static func createMeterEvent(
        eventName: String, identifier: String, timestamp: Int64, customer: (key: String, id: String),
        value: (key: String, amount: Int64)
    ) -> Self {
        var form: StripeForm = ["event_name": eventName, "identifier": identifier]
        form.add("timestamp", timestamp)
        form.add("payload[\(customer.key)]", customer.id)
        form.add("payload[\(value.key)]", value.amount)
        return post("/v1/billing/meter_events", form)
    }
}

extension StripeCall where Answer == List<MeterEventSummary> {
    /// What a customer used on a meter between two whole minutes.
    public static func listMeterEventSummaries(
        meter: String, customer: String, from start: Int64, until end: Int64
    ) -> Self {
        var form: StripeForm = ["customer": customer]
        form.add("start_time", start)
        form.add("end_time", end)
        return get("/v1/billing/meters/\(segment(meter))/event_summaries", form)
    }
}

extension StripeError {
    /// An event with this identifier was taken before: what was wished is done. v1 gives no code for it, and need not
    /// name the parameter; taken for a refusal it would be sent once more under another name, and billed twice.
    public var isKnownMeterEvent: Bool {
        if code == "duplicate_meter_event" || code == "resource_already_exists" { return true }
        return (param == nil || param == "identifier") && message.contains("already exists")
    }
}
