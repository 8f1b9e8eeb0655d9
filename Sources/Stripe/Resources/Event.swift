/// A fact Stripe reports. Only ids are read: bodies are rendered in the version of their time (STRIPE.md 1).
///
/// Source: https://docs.stripe.com/api/events
public struct Event: Decodable, Sendable, Identifiable {
    /// What it is about.
    public struct Content: Decodable, Sendable {
        /// The object, of which we read who it is and whose.
        public struct Object: Decodable, Sendable {
            /// Nil for objects without one, such as upcoming invoices.
            public let id: String?
            /// Such as `subscription`.
            public let object: String?
            /// Orders the applying of one customer's events.
            public let customer: Expandable<Customer>?
        }
        /// The object.
        public let object: Object
    }

    /// `evt_…`
    public let id: String
    /// Such as `invoice.paid`.
    public let type: String
    /// `acct_…` for events of connected accounts.
    public let account: String?
    /// The version the body is rendered in.
    public let apiVersion: String?
    /// Unix seconds.
    public let created: Int64
    /// Must agree with the connection.
    public let livemode: Bool
    /// What it is about.
    public let data: Content
}

extension StripeCall where Answer == List<Event> {
    /// Events since a moment, newest first, of the types we hear about; kept by Stripe for 30 days (F3).
    ///
    /// At most 20 types a call, so the caller gives a slice of `WebhookEndpoint.enabledEvents`.
    public static func listEvents(
        since seconds: Int64, until last: Int64? = nil, types: [String], startingAfter: String?
    ) -> Self {
        var form: StripeForm = ["created[gte]": String(seconds), "limit": "100"]
        form.add("created[lte]", last)
        for (index, type) in types.enumerated() { form.add("types[\(index)]", type) }
        form.add("starting_after", startingAfter)
        return get("/v1/events", form)
    }
}
