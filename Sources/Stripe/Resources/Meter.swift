/// What adds up usage for each customer. Source: https://docs.stripe.com/api/billing/meter/object
public struct Meter: Decodable, Sendable, Identifiable {
    /// How events become a quantity.
    public struct Aggregation: Decodable, Sendable {
        /// `sum`, `count` or `last`.
        public let formula: String
    }

    /// A field of the events' payload.
    public struct PayloadField: Decodable, Sendable {
        /// Its name.
        public let eventPayloadKey: String
    }

    /// `mtr_…`
    public let id: String
    /// What usage is sent under; given once in an account, also when the meter is switched off (F10).
    public let eventName: String
    /// For people.
    public let displayName: String
    /// `active` or `inactive`.
    public let status: String
    /// How events become a quantity.
    public let defaultAggregation: Aggregation
    /// Where an event names its customer.
    public let customerMapping: PayloadField
    /// Where it says the quantity.
    public let valueSettings: PayloadField
}

extension StripeCall where Answer == Meter {
    /// Creates a meter. Meters carry no metadata: one whose answer was lost is found by its event name.
    public static func createMeter(
        eventName: String, displayName: String, formula: String, customerKey: String, valueKey: String
    ) -> Self {
        var form: StripeForm = ["display_name": displayName, "event_name": eventName]
        form.add("default_aggregation[formula]", formula)
        form.add("customer_mapping[type]", "by_id")
        form.add("customer_mapping[event_payload_key]", customerKey)
        form.add("value_settings[event_payload_key]", valueKey)
        return post("/v1/billing/meters", form)
    }

    /// One meter.
    public static func retrieveMeter(_ id: String) -> Self { get("/v1/billing/meters/\(segment(id))") }

    /// It takes no more events; prices keep it.
    public static func deactivateMeter(_ id: String) -> Self { post("/v1/billing/meters/\(segment(id))/deactivate") }

    /// It takes events again.
    public static func reactivateMeter(_ id: String) -> Self { post("/v1/billing/meters/\(segment(id))/reactivate") }
}

extension StripeCall where Answer == List<Meter> {
    /// Every meter of the account, newest first.
    public static func listMeters(startingAfter: String? = nil) -> Self {
        var form: StripeForm = ["limit": "100"]
        form.add("starting_after", startingAfter)
        return get("/v1/billing/meters", form)
    }
}
