import Worker

/// What the portals are told.
enum WebhooksHandlers {
    /// One per kind of job.
    static let all: [any StripeHandler] = []
}
