internal import HTTPTypes

/// Where Stripe sends thin events: meter errors come no other way (F9).
///
/// Source: https://docs.stripe.com/api/v2/core/event_destinations
public struct EventDestination: Decodable, Sendable, Identifiable {
    /// What is told only on request, and the secret only at creation.
    public struct Endpoint: Decodable, Sendable {
        /// Where Stripe posts to.
        public let url: String?
        /// Told once.
        public let signingSecret: String?
    }

    /// `ed_…`
    public let id: String
    /// `enabled` or `disabled`.
    public let status: String?
    /// Where it leads.
    public let webhookEndpoint: Endpoint?

    /// What we want to hear about.
    public static let enabledEvents = [
        "v1.billing.meter.error_report_triggered", "v1.billing.meter.no_meter_found",
    ]
}

/// One page of a v2 list, whose pages are tokens.
public struct EventDestinationPage: Decodable, Sendable {
    /// The elements.
    public let data: [EventDestination]
    /// The next page's path.
    public let nextPageUrl: String?
}

extension StripeCall where Answer == EventDestinationPage {
    /// Every destination of the account, with its address.
    public static func listEventDestinations() -> Self {
        get("/v2/core/event_destinations", ["limit": "100", "include[0]": "webhook_endpoint.url"])
    }
}

extension StripeCall where Answer == EventDestination {
    /// Registers our address for thin events about meters.
    public static func createEventDestination(url: String, name: String, metadata: [String: String]) -> Self {
        var notes = JSONObject()
        for key in metadata.keys.sorted() { notes[key] = metadata[key].map(JSON.string) }
        return post(
            "/v2/core/event_destinations",
            json: [
                "name": .string(name), "type": "webhook_endpoint", "event_payload": "thin",
                "enabled_events": .array(EventDestination.enabledEvents.map(JSON.string)),
                "webhook_endpoint": ["url": .string(url)],
                "include": ["webhook_endpoint.signing_secret", "webhook_endpoint.url"], "metadata": .object(notes),
            ])
    }

    /// One destination, to see whether it still stands.
    public static func retrieveEventDestination(_ id: String) -> Self {
        get("/v2/core/event_destinations/\(segment(id))", ["include[0]": "webhook_endpoint.url"])
    }

    /// Removes one of ours whose secret we lack.
    public static func deleteEventDestination(_ id: String) -> Self {
        delete("/v2/core/event_destinations/\(segment(id))")
    }
}
